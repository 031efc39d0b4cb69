import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntraChange, EntraDraft, EntraWrites } from '../../lib/ports/entra-writes.ts';
import {
  idsOf,
  joiner,
  reader,
  startWrittenTenant,
  type WrittenTenant,
} from './entra-writes-tenant.ts';

let tenant: WrittenTenant;
let writes: EntraWrites;
let number = 0;

beforeEach(async () => {
  tenant = await startWrittenTenant();
  writes = tenant.open();
});
afterEach(() => tenant.close());

const crews = (count: number): EntraDraft[] =>
  Array.from({ length: count }, () => {
    number += 1;
    const mailNickname = `crew${number}`;
    const properties = {
      displayName: 'Crew',
      mailEnabled: false,
      mailNickname,
      securityEnabled: true,
    };
    return { kind: 'group', properties };
  });

const made = async (count: number): Promise<string[]> => {
  const ids = idsOf(await writes.create(crews(count), 'high'));
  await tenant.reset();
  return ids;
};

const changesOf = (ids: readonly string[]): EntraChange[] =>
  ids.map((id) => ({ kind: 'group', id, properties: { description: 'Changed' } }));
const sizes = () => tenant.batches.map(({ length }) => length);
const fault = (...faults: readonly object[]) => tenant.control('POST faults', faults);
const stats = () => tenant.control('GET stats');

describe('parts that are throttled', () => {
  it('wait as long as they ask, and are sent again alone', async () => {
    const ids = await made(5);
    await fault({ kind: 'throttle', batched: true, count: 2, retryAfterSeconds: 2.128 });
    expect(idsOf(await writes.update(changesOf(ids), 'high'))).toEqual(ids);
    expect(sizes()).toEqual([5, 2]);
    expect(tenant.pauses).toEqual([2_128]);
    expect(tenant.counted()).toBe(7);
  });

  it('are sent again even where they make something', async () => {
    await fault({ kind: 'throttle', route: 'POST /groups', count: 1, retryAfterSeconds: 1.5 });
    expect(new Set(idsOf(await writes.create(crews(3), 'high'))).size).toBe(3);
    expect(sizes()).toEqual([3, 1]);
  });

  it('are told of where they have to wait for long, with how long', async () => {
    const [id = '', other = ''] = await made(2);
    await fault({ kind: 'throttle', route: `/groups/${id}`, retryAfterSeconds: 150 });
    const [late, done] = await writes.update(changesOf([id, other]), 'high');
    expect(late).toMatchObject({ ok: false, reason: 'throttled', retryAfterSeconds: 150 });
    expect(done).toEqual({ ok: true, id: other });
    expect(tenant.pauses).toEqual([]);
    // Nothing else is sent meanwhile.
    const failure = { code: 'throttled', side: 'entra', retryable: true };
    await expect(writes.update(changesOf([other]), 'high')).rejects.toMatchObject(failure);
    expect(sizes()).toEqual([2]);
  });

  it('by the quota come through in the end', async () => {
    await tenant.control('PUT limits', { writes: 10, writeSeconds: 10 });
    // Of low priority, so that 8 are let through at first.
    expect(new Set(idsOf(await writes.create(crews(12), 'low'))).size).toBe(12);
    expect(sizes().slice(0, 2)).toEqual([12, 4]);
    expect(tenant.pauses.length).toBeGreaterThan(0);
  });
});

describe('parts that fail in passing', () => {
  it.each([
    ['unavailable', { status: 503 }],
    ['unavailable', { status: 500 }],
    ['concurrency', {}],
    ['lostAnswer', {}],
  ])('are sent again alone: %s %o', async (kind, more) => {
    const ids = await made(3);
    await fault({ kind, batched: true, count: 1, ...more });
    expect(idsOf(await writes.update(changesOf(ids), 'high'))).toEqual(ids);
    expect(sizes()).toEqual([3, 1]);
    expect(tenant.pauses).toEqual([500]);
  });

  it('do not take the others along where sending them again fails as a whole', async () => {
    const [id = '', other = ''] = await made(2);
    await fault(
      { kind: 'unavailable', status: 500, route: `/groups/${id}`, count: 1 },
      { kind: 'unavailable', route: 'POST /$batch', batched: false, after: 1 },
    );
    const outcomes = await writes.update(changesOf([id, other]), 'high');
    expect(outcomes).toMatchObject([{ reason: 'later' }, { ok: true }]);
  });

  it('are given up after four tries, and the others are done', async () => {
    const [id = '', other = ''] = await made(2);
    await fault({ kind: 'unavailable', route: `/groups/${id}` });
    const outcomes = await writes.update(changesOf([id, other]), 'high');
    expect(outcomes).toMatchObject([{ reason: 'later' }, { ok: true }]);
    expect(sizes()).toEqual([2, 1, 1, 1]);
  });

  it('count as done where only the answer was lost', async () => {
    const members = (await writes.findBy('user', 'userType', ['Member'])).get('Member') ?? [];
    const [group = ''] = await made(1);
    await fault({ kind: 'lostAnswer', batched: true, count: 1 });
    const pairs = members.slice(0, 2).map(({ id }) => ({ groupId: group, memberId: id }));
    expect(idsOf(await writes.addMembers(pairs, 'high'))).toHaveLength(2);
    expect(await tenant.membersOf(group)).toEqual(new Set(pairs.map(({ memberId }) => memberId)));
    await fault({ kind: 'lostAnswer', batched: true, count: 1 });
    expect(idsOf(await writes.remove('group', [group], 'high'))).toEqual([group]);
  });
});

describe('a creation', () => {
  it.each([
    ['whose answer was lost', { kind: 'lostAnswer', batched: true }, 1],
    ['that failed with 500', { kind: 'unavailable', status: 500, batched: true }, 0],
    ['that failed with 503', { kind: 'unavailable', status: 503, batched: true }, 0],
  ])('%s is not sent again', async (_, trouble, groups) => {
    const before = await counts();
    await fault({ ...trouble, count: 1, route: 'POST /groups' });
    const [first, second] = await writes.create(crews(2), 'high');
    expect(first).toMatchObject({ ok: false, reason: 'later' });
    expect(second).toMatchObject({ ok: true });
    expect(sizes()).toEqual([2]);
    expect(await counts()).toBe(before + 1 + groups);
  });

  it.each([
    ['lost', { kind: 'lostAnswer' }, 20],
    ['cut', { kind: 'truncated' }, 20],
    ['broken', { kind: 'truncated', how: 'syntax' }, 20],
    ['in 503', { kind: 'unavailable', status: 503 }, 0],
    ['in 504', { kind: 'unavailable', status: 504 }, 0],
  ])(
    'is not sent again when the answer of its batch is %s, nor are those behind it',
    async (_, trouble, groups) => {
      const before = await counts();
      await fault({ ...trouble, count: 1, route: 'POST /$batch', batched: false });
      const outcomes = await writes.create(crews(25), 'high');
      expect(outcomes).toHaveLength(25);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, reason: 'later' });
      expect(sizes()).toEqual([20]);
      expect(await counts()).toBe(before + groups);
    },
  );

  it('that was done is told of, also when what follows is not', async () => {
    await fault({ kind: 'lostAnswer', route: 'POST /$batch', batched: false, after: 1, count: 1 });
    const outcomes = await writes.create(crews(25), 'high');
    expect(outcomes.map(({ ok }) => ok)).toEqual(Array.from({ length: 25 }, (_, at) => at < 20));
  });

  async function counts(): Promise<number> {
    const { directory } = (await stats()) as { directory: { groups: number } };
    return directory.groups;
  }
});

describe('trouble with the tenant as a whole', () => {
  it('is waited out where it passes', async () => {
    const ids = await made(2);
    await fault({ kind: 'lostAnswer', route: 'POST /$batch', batched: false, count: 1 });
    expect(idsOf(await writes.update(changesOf(ids), 'high'))).toEqual(ids);
    expect(sizes()).toEqual([2, 2]);
  });

  it.each([
    ['unavailable', { kind: 'unavailable' }],
    ['throttled', { kind: 'throttle', retryAfterSeconds: 90 }],
    ['credential-refused', { kind: 'expiredToken' }],
  ])('is thrown as such: %s', async (code, trouble) => {
    const ids = await made(2);
    await fault({ ...trouble, route: 'POST /$batch', batched: false });
    const failure = { code, side: 'entra' };
    await expect(writes.update(changesOf(ids), 'high')).rejects.toMatchObject(failure);
  });

  it('is a token that lets nothing be written', async () => {
    const [id = ''] = await made(1);
    const powerless = tenant.open(reader);
    const failure = { code: 'access-denied', side: 'entra' };
    await expect(powerless.update(changesOf([id]), 'high')).rejects.toMatchObject(failure);
    await expect(powerless.create(crews(1), 'high')).rejects.toMatchObject(failure);
  });

  it('is none where a token lets something else be written', async () => {
    const [id = ''] = await made(1);
    const [outcome] = await tenant.open(joiner).update(changesOf([id]), 'high');
    expect(outcome).toMatchObject({
      reason: 'denied',
      detail: 'the application needs the permission Group.ReadWrite.All',
    });
  });
});

describe('the quota', () => {
  it('is used up to the share, and then at its pace', async () => {
    const paced = tenant.open(undefined, 0.01);
    const ids = await made(45);
    idsOf(await paced.update(changesOf(ids), 'high'));
    // 30 in 150 seconds, all of them at first: then 10 are awaited, then 5, at 5 s each.
    expect(tenant.pauses.map((pause) => Math.round(pause / 1_000))).toEqual([50, 25]);
  });

  it('is left to others where Graph says that it is nearly used up', async () => {
    await tenant.control('PUT limits', { writes: 50 });
    const ids = await made(1);
    await tenant.control('PUT limits', { writes: 50 });
    idsOf(await writes.create(crews(45), 'high'));
    expect(tenant.pauses).toEqual([]);
    idsOf(await writes.update(changesOf(ids), 'high'));
    // One write in 0.05 s, at half the speed.
    expect(tenant.pauses.map((pause) => Math.round(pause / 10))).toEqual([10]);
  });
});
