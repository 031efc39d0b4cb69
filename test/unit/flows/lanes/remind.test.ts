import { expect, it } from 'vitest';
import { remind } from '../../../../lib/flows/lanes/remind.ts';
import type { LaneWrite } from '../../../../lib/ports/lanes.ts';
import type { Outgoing } from '../../../../lib/ports/platform.ts';
import { newLink } from '../../../../lib/sync/fold.ts';
import type { Dirty, Link } from '../../../../lib/sync/link.ts';

const NOW = Date.UTC(2026, 0, 1);

function dirty(due: number, reason: Dirty['reason'] = 'entra-throttled'): Dirty {
  return { reason, attempts: 1, due, since: NOW };
}

async function delaysFor(after: Dirty, before: Dirty | null): Promise<readonly unknown[]> {
  const sent: Outgoing[] = [];
  const bus = {
    send: async (_: string, messages: readonly Outgoing[]) => void sent.push(...messages),
    collectDeadLetters: async () => 0,
  };
  const link: Link = newLink('user', 'u-1', 'r-1');
  const write: LaneWrite = { link: { ...link, dirty: after }, from: { ...link, dirty: before } };
  const envelope = { connectionId: 'c-1', lane: 0, runId: 'r', epoch: 0, settingsVersion: 1 };
  const place = { v: 1 as const, runKind: 'incremental' as const, phase: 'users' as const, n: 0 };
  await remind({ bus, clock: { now: () => NOW } }, { ...envelope, ...place }, [write]);
  return sent.map(({ delaySeconds }) => delaySeconds);
}

it.each([
  { name: 'a minute ahead', after: dirty(NOW + 60_000), before: null, delays: [63] },
  { name: 'over while it was tried', after: dirty(NOW - 5_000), before: null, delays: [3] },
  { name: 'over, and anew', after: dirty(NOW - 5_000), before: dirty(NOW - 90_000), delays: [3] },
  { name: 'over, as before', after: dirty(NOW - 5_000), before: dirty(NOW - 5_000), delays: [] },
  {
    name: 'for nothing that a time brings',
    after: dirty(NOW + 60_000, 'entra-read-only'),
    before: null,
    delays: [],
  },
])('a pause that is $name is reminded of after $delays s', async ({ after, before, delays }) => {
  expect(await delaysFor(after, before)).toEqual(delays);
});
