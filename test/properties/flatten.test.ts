import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { approveAll } from './administrator.ts';
import { askedHistories } from './asked-histories.ts';
import { leftovers } from './differences.ts';
import { guid } from './guid.ts';
import { type History, histories, type Troubles } from './history.ts';
import { comeToRest, liveThrough } from './live-through.ts';
import { sameLuck } from './luck.ts';
import { differencesUnderRules } from './rules-differences.ts';
import type { World } from './world.ts';

/** Histories in all, and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 9, seed: 1 });

const OPEN = { types: 'both', aliases: null, missingNames: 'leave-empty' } as const;
/** Groups are g0, g1 … and get an x behind their name when they are renamed: so some come and go. */
const settings = (nested: 'skip' | 'flatten', names: readonly string[], users = {}): RuleSettings =>
  ruleSettingsSchema.parse({
    users: { ...OPEN, ...users },
    groups: { scope: 'chosen', names, nested, withoutMail: true },
  });

const FLAT = settings('flatten', ['g0', 'g1x', 'g2']);
/** What an administrator makes of it when all is done. */
const LATER = [
  settings('skip', ['g0', 'g1x', 'g2']),
  settings('flatten', ['g1', 'g1x', 'g3'], { scope: 'chosen', groups: [{ id: guid('g0') }] }),
  settings('skip', ['g0', 'g1', 'g3x']),
];

const KINDS: readonly (Troubles & { readonly name: string })[] = [
  { name: 'one worker and no trouble', workers: 1, faults: [] },
  { name: 'several workers', workers: 3, faults: [] },
  { name: 'everything at once', workers: 3, faults: ['crash', 'lose-session'] },
];

beforeAll(sameLuck);

describe('members of nested groups that are not imported, whatever happens, with', () => {
  it.each(KINDS)(
    '$name',
    async (troubles) => {
      const parameters = HISTORIES.share(KINDS.length);
      await fc.assert(fc.asyncProperty(histories(troubles), isRight), parameters);
    },
    600_000,
  );
});

it('groups in groups are known to rules that go by them later', async () => {
  const parameters = { ...HISTORIES.share(6), seed: HISTORIES.seed + 1, endOnFailure: true };
  const property = fc.asyncProperty(histories({ workers: 1, faults: [] }), isRightLater);
  await fc.assert(property, parameters);
}, 600_000);

/** Nobody has written down which groups are nested before. */
async function isRightLater(history: History): Promise<void> {
  const before = settings('skip', ['g0', 'g2']);
  const world = await liveThrough({ ...history, rules: before });
  await expectRight(world, before);
  await changes(world, [
    settings('skip', ['g0', 'g2'], { scope: 'chosen', groups: [{ id: guid('g0') }] }),
    settings('flatten', ['g0', 'g2']),
  ]);
}

async function isRight(history: History): Promise<void> {
  const world = await liveThrough({ ...history, rules: FLAT });
  await expectRight(world, FLAT);
  await changes(world, LATER);
}

async function changes(world: World, all: readonly RuleSettings[]): Promise<void> {
  for (const rules of all) {
    await world.changeRules(rules);
    await comeToRest(world);
    await expectRight(world, rules);
  }
}

/** What the guard holds is approved, until nothing is. */
async function expectRight(world: World, rules: RuleSettings): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    approveAll(world);
    await world.settle();
    await comeToRest(world);
  }
  expect(await differencesUnderRules(world, rules)).toEqual([]);
  expect(await leftovers(world)).toEqual([]);
}
