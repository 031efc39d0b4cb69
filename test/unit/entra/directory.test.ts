import { describe, expect, it } from 'vitest';
import type { GraphOptions } from '../../../lib/entra/client.ts';
import { openEntra } from '../../../lib/entra/directory.ts';
import { DEFAULT_SELECTION } from './default-selection.ts';
import { fakeGraph, json } from './fake-graph.ts';

const user = { '@odata.type': '#microsoft.graph.user' };

/** Opens a feed over answers made from the bodies that were asked for. */
function feed(answer: (asked: { ids: string[]; types: string[] }) => object) {
  const bodies: { ids: string[]; types: string[] }[] = [];
  const options: GraphOptions = {
    baseUrl: 'https://graph.example',
    clock: { now: () => 0 },
    credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: 1 }) },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const asked = (await request.json()) as { ids: string[]; types: string[] };
      bodies.push(asked);
      return json(answer(asked))(request);
    },
  };
  return { entra: openEntra(options, DEFAULT_SELECTION), bodies };
}

describe('alive', () => {
  it('asks 1,000 at a time, each id once, for the kind alone', async () => {
    const ids = Array.from({ length: 2_001 }, (_, index) => `id-${index}`);
    const { entra, bodies } = feed((asked) => ({
      value: asked.ids.filter((id) => id !== 'id-7').map((id) => ({ ...user, id })),
    }));
    const alive = await entra.alive('group', [...ids, 'id-0']);
    expect(bodies.map((body) => [body.ids.length, body.types])).toEqual([
      [1_000, ['group']],
      [1_000, ['group']],
      [1, ['group']],
    ]);
    expect(alive.size).toBe(2_000);
    expect(alive.has('id-7')).toBe(false);
  });

  it('asks nothing about nothing', async () => {
    const { entra, bodies } = feed(() => ({ value: [] }));
    expect(await entra.alive('user', [])).toEqual(new Set());
    expect(bodies).toEqual([]);
  });

  it('gives ids back as they were asked and leaves out the deleted and the unasked', async () => {
    const { entra } = feed(() => ({
      value: [
        { ...user, id: 'ab-1' },
        { ...user, id: 'ab-2', deletedDateTime: '2026-01-01T00:00:00Z' },
        { ...user, id: 'ab-3' },
      ],
    }));
    expect(await entra.alive('user', ['AB-1', 'ab-2'])).toEqual(new Set(['AB-1']));
  });

  it('does not take a part for the whole', async () => {
    const { entra } = feed(() => ({
      value: [],
      '@odata.nextLink': 'https://graph.example/v1.0/x',
    }));
    await expect(entra.alive('user', ['a'])).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

it('repeats the question when the connection broke', async () => {
  const { graph, requests } = fakeGraph([
    () => {
      throw new TypeError('fetch failed');
    },
    json({ value: [] }),
  ]);
  await graph.send({ method: 'POST', url: `${graph.base.root}/x`, body: {}, repeatable: true });
  expect(requests).toHaveLength(2);
});
