import { describe, expect, it } from 'vitest';
import { openHostedResources } from '../../lib/app/hosted/hosted-resources.ts';
import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import { DIRECTORY_TABLE, MEMBERS_TABLE, openShard } from '../../lib/app/hosted/shard.ts';
import { AppError } from '../../lib/errors.ts';
import type { ResourceStore, StoredResource } from '../../lib/ports/resources.ts';
import { MemoryTables } from './memory-tables.ts';

/** A directory, and what happens at each step that a request to it makes. */
interface World {
  readonly tables: MemoryTables;
  readonly user: StoredResource;
  readonly others: readonly StoredResource[];
  readonly group: StoredResource;
  readonly outer: StoredResource;
  /** As a new process has it. */
  readonly open: () => ResourceStore;
  at: (step: string) => Promise<void>;
}

async function startWorld(): Promise<World> {
  const tables: MemoryTables = new MemoryTables({ step: (what) => world.at(what) });
  await tables.ensure([DIRECTORY_TABLE, MEMBERS_TABLE]);
  const world: { at: World['at'] } = { at: async () => {} };
  const open = () => openHostedResources(openShard(tables, 'c'));
  const store = open();
  const create = async (kind: 'user' | 'group', name: string, members?: readonly string[]) => {
    const named = kind === 'user' ? { userName: name, externalId: name } : { displayName: name };
    const written = await store.create(kind, named, 'entra', members);
    if (!written.ok) throw new Error(`no success: ${written.reason}`);
    return written.stored;
  };
  const user = await create('user', 'ada');
  const others = [await create('user', 'bob'), await create('user', 'eve')];
  const group = await create('group', 'inner', [user.id, others[0]?.id ?? '']);
  const outer = await create('group', 'outer', [group.id, user.id]);
  return Object.assign(world, { tables, user, others, group, outer, open });
}

/** Everything of the directory but versions and times, with ids by their names. */
async function stateOf({ tables, user, others, group, outer }: World): Promise<unknown> {
  const names = new Map(
    [user, ...others, group, outer].map(({ id, resource }) => [
      id,
      JSON.stringify(resource.userName ?? resource.displayName),
    ]),
  );
  const named = (key: string) =>
    key
      .split(':')
      .map((part) => names.get(part) ?? part)
      .join(':');
  const rows = [DIRECTORY_TABLE, MEMBERS_TABLE].flatMap((table) =>
    tables
      .rows(table)
      .filter(({ rowKey }) => !rowKey.startsWith('n:'))
      .map(({ rowKey, removed }) => `${named(rowKey)} ${removed === true ? 'removed' : ''}`),
  );
  return { rows: rows.toSorted(), counts: await openHostedListing(tables, 'c').counts() };
}

type Request = (world: World, store: ResourceStore) => Promise<unknown>;

const requests: [what: string, request: Request][] = [
  ['removing a user', ({ user }, store) => store.remove('user', user.id, 'app')],
  ['removing a group', ({ group }, store) => store.remove('group', group.id, 'app')],
  [
    'removing at a version',
    ({ user }, store) => store.remove('user', user.id, 'app', user.version),
  ],
  [
    'adding and removing members',
    ({ group, others, user }, store) =>
      store.changeMembers(
        group.id,
        [
          { op: 'add', ids: others.map(({ id }) => id) },
          { op: 'remove', ids: [user.id] },
        ],
        'app',
      ),
  ],
  [
    'replacing members',
    ({ group, others }, store) =>
      store.changeMembers(group.id, [{ op: 'replace', ids: [others[1]?.id ?? ''] }], 'app'),
  ],
];

/** The nth step of a request, counted from 0. */
function atStep(n: number, work: () => Promise<void>): World['at'] {
  let step = -1;
  return async () => {
    step += 1;
    if (step === n) await work();
  };
}

describe.each(requests)('%s', (_, request) => {
  it('is finished by repeating it, wherever the process ended', async () => {
    const whole = await startWorld();
    let steps = 0;
    whole.at = async () => {
      steps += 1;
    };
    await request(whole, whole.open());
    whole.at = async () => {};
    const expected = await stateOf(whole);
    expect(steps).toBeGreaterThan(5);
    for (let n = 0; n < steps; n += 1) {
      const world = await startWorld();
      world.at = atStep(n, () => Promise.reject(new Error('the process ends here')));
      await expect(request(world, world.open())).rejects.toThrow('ends here');
      world.at = async () => {};
      await request(world, world.open());
      expect([n, await stateOf(world)]).toEqual([n, expected]);
    }
  });
});

/** Memberships of which an end is gone. */
async function orphans({ tables, open }: World): Promise<readonly string[]> {
  const store = open();
  const lost: string[] = [];
  for (const { rowKey } of tables.rows(MEMBERS_TABLE)) {
    const [prefix, ...ids] = rowKey.split(':');
    if (prefix !== 'g' && prefix !== 'm') continue;
    const [users, groups] = [await store.read('user', ids), await store.read('group', ids)];
    if (users.size + groups.size < ids.length) lost.push(rowKey);
  }
  return lost;
}

const removals = requests.slice(0, 2);
const additions: [what: string, request: Request][] = [
  [
    'a new member, and one that is there',
    ({ group, outer, others, user }, store) =>
      store.changeMembers(
        group.id,
        [{ op: 'add', ids: [user.id, outer.id, ...others.map(({ id }) => id)] }],
        'app',
      ),
  ],
  [
    'one who comes back',
    async ({ group, user }, store) => {
      await store.changeMembers(group.id, [{ op: 'remove', ids: [user.id] }], 'app');
      await store.changeMembers(group.id, [{ op: 'add', ids: [user.id] }], 'app');
    },
  ],
];
const pairs = removals.flatMap(([removal, remove]) =>
  additions.flatMap(([addition, add]): [what: string, first: Request, second: Request][] => [
    [`${addition}, in the midst of which comes ${removal}`, add, remove],
    [`${removal}, in the midst of which comes ${addition}`, remove, add],
  ]),
);

describe.each(pairs)('%s', (_, first, second) => {
  it('leaves no membership of what is gone, at whatever step', async () => {
    for (let n = 0, isOver = false; !isOver; n += 1) {
      const world = await startWorld();
      const rival = world.open();
      isOver = true;
      world.at = atStep(n, async () => {
        isOver = false;
        world.at = async () => {};
        await second(world, rival);
      });
      await first(world, world.open());
      if (isOver) expect(n).toBeGreaterThan(5);
      else expect([n, await orphans(world)]).toEqual([n, []]);
    }
  });
});

describe('a failure of the tables', () => {
  it('is never an answer', async () => {
    const world = await startWorld();
    const { user, group } = world;
    const asked: [what: string, request: (store: ResourceStore) => Promise<unknown>][] = [
      ['read', (store) => store.read('user', [user.id])],
      ['find', (store) => store.find('user', 'userName', 'ada', 1)],
      ['list', (store) => store.list('user', undefined, 10)],
      ['count', (store) => store.count('user')],
      ['create', (store) => store.create('group', { displayName: 'new' }, 'app')],
      ['replace', (store) => store.replace(user, user.resource, 'app')],
      ['remove', (store) => store.remove('user', user.id, 'app')],
      ['members', (store) => store.members(group.id).next()],
      ['membersAmong', (store) => store.membersAmong(group.id, [user.id])],
      ['groupsOf', (store) => store.groupsOf(user.id).next()],
      [
        'changeMembers',
        (store) => store.changeMembers(group.id, [{ op: 'replace', ids: [] }], 'app'),
      ],
    ];
    for (const [what, request] of asked)
      for (const code of ['unavailable', 'throttled'] as const) {
        world.at = () => Promise.reject(new AppError(code, 'the tables do not answer'));
        const answer = request(world.open()).then(
          () => 'an answer',
          (error: unknown) => error,
        );
        expect([what, await answer]).toMatchObject([what, { code }]);
      }
  });
});
