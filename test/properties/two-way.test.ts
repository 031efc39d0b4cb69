import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { askedHistories } from './asked-histories.ts';
import { differencesFromTenant, leftovers, unforgotten } from './differences.ts';
import type { Troubles } from './history.ts';
import { liveTwoWay, type TwoWayHistory, twoWayHistories } from './live-two-way.ts';
import { sameLuck } from './luck.ts';
import type { World } from './world.ts';

/** Histories in all, and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 100, seed: 1 });

const rulesOf = (winner: 'entra' | 'app', deletions: Deletions) => {
  const both = { type: 'direct', direction: 'both', winner } as const;
  return ruleSettingsSchema.parse({
    users: {
      types: 'both',
      aliases: null,
      missingNames: 'leave-empty',
      export: true,
      exportDeletion: deletions.users,
      create: { domain: 'contoso.example' },
      mappings: [{ ...both, target: 'title', source: 'jobTitle' }],
    },
    groups: {
      withoutMail: true,
      export: true,
      exportDeletion: deletions.groups,
      create: 'security',
    },
  });
};

/** What becomes in Entra of what the application deletes. */
interface Deletions {
  readonly users: 'disable' | 'delete';
  readonly groups: 'keep' | 'delete';
}

interface Circumstances extends Troubles {
  readonly name: string;
  readonly winner: 'entra' | 'app';
  readonly deletions: Deletions;
}

const MILD: Deletions = { users: 'disable', groups: 'keep' };
const STRICT: Deletions = { users: 'delete', groups: 'delete' };

const KINDS: readonly Circumstances[] = [
  {
    name: 'one worker and no trouble',
    workers: 1,
    faults: [],
    winner: 'entra',
    deletions: MILD,
  },
  {
    name: 'several workers, and the application winning',
    workers: 3,
    faults: [],
    winner: 'app',
    deletions: STRICT,
  },
  {
    name: 'a worker that crashes',
    workers: 1,
    faults: ['crash'],
    winner: 'entra',
    deletions: MILD,
  },
  {
    name: 'everything at once',
    workers: 3,
    faults: ['crash', 'lose-session'],
    winner: 'entra',
    deletions: STRICT,
  },
];

beforeAll(sameLuck);

describe('whatever both sides change, they come to hold the same, with', () => {
  it.each(KINDS)('$name', { timeout: 600_000 }, async ({ winner, deletions, ...troubles }) => {
    const parameters = HISTORIES.share(KINDS.length);
    const rules = rulesOf(winner, deletions);
    const isCalm = troubles.faults.length === 0;
    await fc.assert(
      fc.asyncProperty(twoWayHistories(troubles), async (history: TwoWayHistory) => {
        const { world, edits } = await liveTwoWay(history, rules);
        const lost = isCalm ? edits.lost(world.tenant) : [];
        expect([
          ...(await differencesFromTenant(world)),
          ...(await leftovers(world)),
          ...lost,
          ...(isCalm ? unforgotten(world) : []),
          ...world.wishes.violations,
        ]).toEqual([]);
        const before = writesOf(world);
        await world.pollAfter(180);
        expect(writesOf(world)).toEqual(before);
      }),
      parameters,
    );
  });
});

function writesOf({ tables, writes }: World) {
  const app = ['directory', 'directorymembers'].map((table) => tables.writes.get(table) ?? 0);
  return { app, entra: writes.written };
}
