import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../lib/sync/entry.ts';
import { MemoryStore } from '../unit/scim/server/memory-store.ts';
import { ask, bodyOf, openProvider } from '../unit/scim/server/provider.ts';

/** Hundreds of runs on a machine that may be busy. */
const PATIENCE_MS = 60_000;

/** A provider whose steps come in an order that the scheduler decides, once it is let loose. */
function scheduled(scheduler: fc.Scheduler) {
  const freedom = { isOn: false };
  const step = async (what: string) => {
    if (freedom.isOn) await scheduler.schedule(Promise.resolve(), what);
  };
  const store = new MemoryStore({ step });
  return {
    store,
    provider: openProvider(store),
    /** Does all at once. */
    together: async <T>(all: readonly (() => Promise<T>)[]): Promise<T[]> => {
      freedom.isOn = true;
      const done = await scheduler.waitFor(Promise.all(all.map((one) => one())));
      freedom.isOn = false;
      return done;
    },
  };
}

const ids = async (asked: ReturnType<typeof ask>): Promise<string[]> =>
  (bodyOf(await asked).members ?? []).map(({ value }: { value: string }) => value);

const add = (value: string): Json => ({
  op: 'Add',
  path: 'members',
  value: [{ $ref: null, value }],
});
const removeListed = (value: string): Json => ({
  op: 'Remove',
  path: 'members',
  value: [{ value }],
});
const removeByPath = (value: string): Json => ({
  op: 'remove',
  path: `members[value eq "${value}"]`,
});

it(
  'trap 14: PATCHes of one group at once lose no member, and none comes back',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(
          fc.array(fc.constantFrom('add', 'list', 'path', 'rename'), {
            minLength: 1,
            maxLength: 3,
          }),
          {
            minLength: 2,
            maxLength: 4,
          },
        ),
        async (scheduler, clients) => {
          const { provider, store, together } = scheduled(scheduler);
          const members: string[] = [];
          for (const n of clients.flat().keys()) {
            const made = await store.create('user', { userName: `u${n}`, active: true }, 'app');
            if (made.ok) members.push(made.stored.id);
          }
          const kinds = clients.flat();
          const old = members.filter((_, n) => kinds[n] !== 'add');
          const { id } = bodyOf(
            await ask(provider, 'POST', '/Groups', {
              displayName: 'G',
              members: old.map((value) => ({ value })),
            }),
          );
          let next = 0;
          const requests = clients.map((ops, client) => {
            const Operations = ops.map((kind): Json => {
              const member = members[next++] ?? '';
              if (kind === 'rename')
                return { op: 'replace', path: 'displayName', value: `G${client}` };
              if (kind === 'add') return add(member);
              return kind === 'list' ? removeListed(member) : removeByPath(member);
            });
            return () => ask(provider, 'PATCH', `/Groups/${id}`, { Operations });
          });
          const answers = await together(requests);
          expect(answers.map(({ status }) => status)).toEqual(clients.map(() => 204));
          const expected = members.filter((_, n) => kinds[n] === 'add' || kinds[n] === 'rename');
          const found = await ids(ask(provider, 'GET', `/Groups/${id}`));
          expect(found.sort()).toEqual([...expected].sort());
        },
      ),
      { numRuns: 200 },
    );
  },
  PATIENCE_MS,
);

it(
  'PATCHes of one user at once lose no attribute',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { provider, together } = scheduled(scheduler);
        const { id } = bodyOf(await ask(provider, 'POST', '/Users', { userName: 'u' }));
        const paths = ['title', 'nickName', 'displayName', 'locale', 'timezone'];
        const answers = await together(
          paths.map(
            (path) => () =>
              ask(provider, 'PATCH', `/Users/${id}`, {
                Operations: [{ op: 'Replace', path, value: `of ${path}` }],
              }),
          ),
        );
        expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
        const user = bodyOf(await ask(provider, 'GET', `/Users/${id}`));
        for (const path of paths) expect(user[path]).toBe(`of ${path}`);
      }),
      { numRuns: 100 },
    );
  },
  PATIENCE_MS,
);

it(
  'of users created at once under one name there is one',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { provider, together } = scheduled(scheduler);
        const statuses = await together(
          ['ada', 'ADA', ' Ada'].map(
            (userName) => () =>
              ask(provider, 'POST', '/Users', { userName }).then(
                ({ status }) => status,
                ({ status }: { status: number }) => status,
              ),
          ),
        );
        expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
      }),
      { numRuns: 50 },
    );
  },
  PATIENCE_MS,
);

it(
  'who stays is shown once by cursor, whoever goes or comes between two pages',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.integer({ min: -3, max: 20 })),
        async (users, count, pageRows, events) => {
          const store = new MemoryStore({ pageRows });
          const provider = openProvider(store);
          const staying = new Set<string>();
          for (let n = 0; n < users; n += 1) {
            const made = await store.create('user', { userName: `u${n}`, active: true }, 'app');
            if (made.ok) staying.add(made.stored.id);
          }
          const shown: string[] = [];
          let cursor: string | undefined = '';
          for (let page = 0; cursor !== undefined && page < 200; page += 1) {
            const answer = bodyOf(
              await ask(provider, 'GET', `/Users?cursor=${cursor}&count=${count}`),
            );
            shown.push(...answer.Resources.map(({ id }: { id: string }) => id));
            cursor = answer.nextCursor;
            const event = events.next().value;
            const leaving = [...staying][event];
            if (leaving !== undefined) {
              await store.remove('user', leaving, 'app');
              staying.delete(leaving);
            } else if (event < 0)
              await store.create('user', { userName: `new ${page}`, active: true }, 'app');
          }
          expect(cursor).toBeUndefined();
          expect(new Set(shown).size).toBe(shown.length);
          expect([...staying].filter((id) => !shown.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  },
  PATIENCE_MS,
);
