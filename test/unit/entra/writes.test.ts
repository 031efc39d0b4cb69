import { describe, expect, it } from 'vitest';
import { openWritePacing } from '../../../lib/entra/write-pacing.ts';
import { openEntraWrites } from '../../../lib/entra/writes.ts';
import type { EntraChange, EntraDraft } from '../../../lib/ports/entra-writes.ts';
import { batch, type SubAnswer, subError } from './fake-batch.ts';
import { json, type Step } from './fake-graph.ts';

const id = '0a0a0a0a-0000-4000-8000-000000000001';
const draft: EntraDraft = { kind: 'group', properties: { displayName: 'Crew' } };
const change: EntraChange = { kind: 'group', id, properties: { displayName: 'Crew' } };

/** Writes to a Graph that answers in order. */
function open(...steps: readonly Step[]) {
  let sent = 0;
  const now = () => 0;
  const sleep = async () => undefined;
  const options = {
    baseUrl: 'https://graph.example',
    clock: { now },
    sleep,
    credential: { getToken: async () => ({ token: 'opaque', expiresOnTimestamp: 1 }) },
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const step = steps[sent];
      sent += 1;
      if (!step) throw new Error('no answer left');
      return step(new Request(input, init));
    },
  };
  const writes = openEntraWrites(options, openWritePacing({ now, sleep }));
  return { writes, sent: () => sent };
}

const answering = (answer: SubAnswer) => batch(() => answer);
const other = json({ responses: [{ id: 'x', status: 204 }] });

describe('answers that cannot be right', () => {
  it.each([
    ['one is missing', json({ responses: [] })],
    ['one is to somebody else', other],
    [
      'one is double',
      json({ responses: [0, 0].map(() => ({ id: '0', status: 201, body: { id } })) }),
    ],
    ['there are none', json({})],
    ['it is no JSON', () => new Response('<html>')],
  ])('leave open what was made, and fail what is changed: %s', async (_, step) => {
    const made = open(step);
    const [outcome] = await made.writes.create([draft], 'high');
    expect(outcome).toMatchObject({ ok: false, reason: 'later' });
    expect(made.sent()).toBe(1);
    const failure = { code: 'bad-answer', side: 'entra' };
    await expect(open(step).writes.update([change], 'high')).rejects.toMatchObject(failure);
  });

  it.each([
    ['no body', {}],
    ['no id', { body: { displayName: 'Crew' } }],
    ['an id that is none', { body: { id: '../users' } }],
  ])('leave open what was made with %s', async (_, more) => {
    const { writes } = open(answering({ status: 201, ...more }));
    expect(await writes.create([draft], 'high')).toMatchObject([{ ok: false, reason: 'later' }]);
  });
});

describe('a part that depends on nothing', () => {
  const blocked = answering(subError(424, 'FailedDependency'));

  it('but is said to is changed again, and not made again', async () => {
    const changed = open(blocked, answering({ status: 204 }));
    expect(await changed.writes.update([change], 'high')).toEqual([{ ok: true, id }]);
    const made = open(blocked);
    expect(await made.writes.create([draft], 'high')).toMatchObject([{ reason: 'later' }]);
    expect(made.sent()).toBe(1);
  });
});

it('takes any success for one', async () => {
  const { writes } = open(answering({ status: 200, body: { id: 'whatever' } }));
  expect(await writes.update([change], 'high')).toEqual([{ ok: true, id }]);
});

it('sends nothing for nothing', async () => {
  const { writes, sent } = open();
  expect(await writes.create([], 'low')).toEqual([]);
  expect(await writes.addMembers([], 'low')).toEqual([]);
  expect(await writes.setManagers([], 'low')).toEqual([]);
  expect(await writes.findBy('user', 'mail', [])).toEqual(new Map());
  expect(sent()).toBe(0);
});
