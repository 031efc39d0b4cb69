import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelatedItem } from '../../../../local/tenant/delta/delta-item.ts';
import { beginRound, readPage, rewound } from '../../../../local/tenant/delta/delta-page.ts';
import type { DeltaRound } from '../../../../local/tenant/delta/delta-round.ts';
import type { Directory } from '../../../../local/tenant/directory/directory.ts';
import { isLive } from '../../../../local/tenant/directory/directory-object.ts';
import { newestReplica, replicaAt } from '../../../../local/tenant/directory/replica.ts';
import { directoryUnderTest, type RoundRead, readRound } from './directory-under-test.ts';

const USERS = { resource: 'users', select: ['displayName', 'jobTitle'] } as const;
const GROUPS = { resource: 'groups', select: ['displayName', 'members'] } as const;
const view = { page: { objects: 3, members: 2 }, minimal: false, tracked: USERS.select };
const begin = (directory: Directory, since: number | undefined) =>
  beginRound(directory, { query: USERS, since }, directory.feed.sequence);
const pageOf = (directory: Directory, round: DeltaRound) =>
  readPage(directory, round, { ...view, replica: newestReplica(directory.feed) });

describe('a round', () => {
  it('shows an object once, however often it changed', () => {
    const { directory } = directoryUnderTest();
    const user = directory.create('user', { displayName: 'A' });
    const since = directory.feed.sequence;
    for (const jobTitle of ['1', '2', '3']) directory.update(user, { jobTitle });
    const { items } = readRound(directory, { query: USERS, since });
    expect(items).toEqual([{ id: user.id, displayName: 'A', jobTitle: '3' }]);
  });

  it('repeats in the next round what changed while it was read', () => {
    const { directory } = directoryUnderTest();
    const users = [1, 2, 3, 4].map((n) =>
      directory.create('user', { displayName: `U${String(n)}` }),
    );
    const round = begin(directory, undefined);
    const page = pageOf(directory, round);
    for (const user of users.slice(0, 1)) directory.update(user, { jobTitle: 'Smith' });
    expect(page.next).toBeDefined();
    const { items } = readRound(directory, { query: USERS, since: round.until });
    expect(items).toEqual([{ id: users[0]?.id, displayName: 'U1', jobTitle: 'Smith' }]);
  });

  it('does not lose a tracked change behind an untracked one', () => {
    const { directory } = directoryUnderTest();
    const user = directory.create('user', { displayName: 'A' });
    const since = directory.feed.sequence;
    directory.update(user, { jobTitle: 'Smith' });
    const round = begin(directory, since);
    directory.update(user, { city: 'Cork' });
    expect(pageOf(directory, round).items).toHaveLength(1);
  });

  it('costs nothing when nothing changed', () => {
    const { directory } = directoryUnderTest();
    for (let n = 0; n < 50; n += 1) directory.create('user', { displayName: 'A' });
    const round = begin(directory, directory.feed.sequence);
    expect(round.position).toBe(round.limit);
  });

  it('goes back over earlier changes when it is rewound', () => {
    const { directory } = directoryUnderTest();
    const users = [1, 2, 3].map(() => directory.create('user', { displayName: 'A' }));
    const start = { query: USERS, since: directory.feed.sequence };
    const { since } = rewound(directory, start, 2);
    expect(readRound(directory, { query: USERS, since }).items.map(({ id }) => id)).toEqual(
      users.slice(1).map(({ id }) => id),
    );
    expect(rewound(directory, { query: USERS, since: undefined }, 2).since).toBeUndefined();
  });
});

describe('a group that was deleted and restored between two rounds', () => {
  it('still tells who left in the meantime', () => {
    const { directory } = directoryUnderTest();
    const [stays, leaves] = [1, 2].map(() => directory.create('user', { displayName: 'U' }));
    const group = directory.create('group', { displayName: 'G' });
    for (const user of [stays, leaves]) if (user) directory.addMember(group, user);
    const since = directory.feed.sequence;
    directory.softDelete(group, {});
    directory.restore(group, {});
    if (leaves) directory.purge(leaves);
    const { items } = readRound(directory, { query: GROUPS, since });
    expect(items.map((item) => item['members@delta'])).toEqual([
      [
        { '@odata.type': '#microsoft.graph.user', id: stays?.id },
        {
          '@odata.type': '#microsoft.graph.user',
          id: leaves?.id,
          '@removed': { reason: 'deleted' },
        },
      ],
    ]);
  });
});

interface Mirror {
  readonly groups: Map<string, { name: unknown; members: Set<string> }>;
}

/** What a correct client makes of a round. */
function merge({ groups }: Mirror, { items }: RoundRead): void {
  for (const item of items) {
    if (item['@removed'] !== undefined) {
      groups.delete(item.id);
      continue;
    }
    const known = groups.get(item.id) ?? { name: undefined, members: new Set() };
    groups.set(item.id, known);
    if ('displayName' in item) known.name = item.displayName;
    for (const member of (item['members@delta'] ?? []) as readonly RelatedItem[]) {
      if (member['@removed'] === undefined) known.members.add(member.id);
      else known.members.delete(member.id);
    }
  }
}

function truth(directory: Directory): Mirror['groups'] {
  return new Map(
    directory
      .all('group')
      .filter((group) => isLive(group.state))
      .map((group) => {
        const links = group.membership?.links.filter((link) => link.present) ?? [];
        const members = new Set(links.map((link) => link.member.id));
        return [group.id, { name: group.state.properties.displayName, members }];
      }),
  );
}

const stepArbitrary = fc.record({
  act: fc.constantFrom(
    'rename',
    'join',
    'leave',
    'delete',
    'restore',
    'purge',
    'lag',
    'wait',
    'read',
    'readLate',
  ),
  group: fc.oneof(fc.constant(0), fc.nat(3)),
  user: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(9)),
  number: fc.nat(30),
});
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

function play(steps: readonly Step[]): { mirror: Mirror; directory: Directory } {
  const under = directoryUnderTest();
  under.replicasDiffer = true;
  const { directory } = under;
  const users = Array.from({ length: 10 }, () => directory.create('user', { displayName: 'U' }));
  const groups = Array.from({ length: 4 }, () => directory.create('group', { displayName: 'G' }));
  const mirror: Mirror = { groups: new Map() };
  let since: number | undefined;
  /** Each page comes from a replica of its own, which lags by up to so many seconds. */
  const read = (lag: number) => {
    directory.feed.settle(under.now);
    let page = 0;
    const round = readRound(directory, { query: GROUPS, since }, (promised) => {
      page += 1;
      const seconds = lag === 0 ? 0 : (lag * page * 7) % (lag + 1);
      const reach = directory.feed.past.sequenceAt(under.now - seconds * 1000);
      return reach === undefined
        ? newestReplica(directory.feed)
        : replicaAt(directory.feed, Math.max(promised, reach));
    });
    merge(mirror, round);
    since = round.until;
  };
  for (const step of steps) {
    const group = groups[step.group];
    const user = users[step.user];
    if (group === undefined || user === undefined) continue;
    const isThere = isLive(group.state);
    if (step.act === 'rename' && isThere)
      directory.update(group, { displayName: String(step.number) });
    if (step.act === 'join' && isThere && !user.state.purged) directory.addMember(group, user);
    if (step.act === 'leave' && isThere) directory.removeMember(group, user);
    if (step.act === 'delete' && isThere) directory.softDelete(group, {});
    if (step.act === 'restore' && group.state.deletedAt !== undefined) directory.restore(group, {});
    if (step.act === 'purge' && !user.state.purged) directory.purge(user);
    if (step.act === 'lag') under.lagSeconds = step.number;
    if (step.act === 'wait') under.now += step.number * 1000;
    if (step.act === 'read') read(0);
    if (step.act === 'readLate') read(step.number);
  }
  under.now += 3_600_000;
  read(0);
  return { mirror, directory };
}

describe('a client that merges every round', () => {
  it('ends with what the directory holds, whatever happened in between', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 60 }), (steps) => {
        const { mirror, directory } = play(steps);
        expect(mirror.groups).toEqual(truth(directory));
      }),
      { numRuns: 400 },
    );
  });
});
