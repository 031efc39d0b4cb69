import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { approveAll } from './administrator.ts';
import { askedHistories } from './asked-histories.ts';
import { leftovers, unforgotten } from './differences.ts';
import { guid } from './guid.ts';
import { type History, histories, type Troubles } from './history.ts';
import { comeToRest, liveThrough } from './live-through.ts';
import { sameLuck } from './luck.ts';
import { differencesUnderRules } from './rules-differences.ts';

/** Histories in all, and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 18, seed: 1 });

const OPEN = { types: 'both', aliases: null, missingNames: 'leave-empty' } as const;
const settings = (rules: object): RuleSettings =>
  ruleSettingsSchema.parse({ groups: { withoutMail: true }, ...rules });
const some = (...names: string[]) => names.map((name) => ({ id: guid(name) }));

/** Members of a group and all nested in it; some refused, some entitled. */
const CHOSEN = settings({
  users: { ...OPEN, scope: 'chosen', groups: some('g0'), users: some('u1'), deny: some('g1') },
  entitlements: [{ value: 'pro', groups: some('g2') }],
});
/** What an administrator makes of it when all is done. */
const OTHERS = settings({
  users: { ...OPEN, scope: 'chosen', groups: some('g1', 'g2'), allow: some('g0', 'g2') },
  entitlements: [{ value: 'pro', groups: some('g0') }],
});

const KINDS: readonly (Troubles & { readonly name: string })[] = [
  { name: 'one worker and no trouble', workers: 1, faults: [] },
  { name: 'several workers', workers: 3, faults: [] },
  { name: 'everything at once', workers: 3, faults: ['crash', 'lose-session'] },
];

beforeAll(sameLuck);

describe('who takes part by the groups they are in, whatever happens, with', () => {
  it.each(KINDS)(
    '$name',
    async (troubles) => {
      const parameters = HISTORIES.share(KINDS.length);
      await fc.assert(fc.asyncProperty(histories(troubles), isRight), parameters);
    },
    600_000,
  );
});

async function isRight(history: History): Promise<void> {
  const world = await liveThrough({ ...history, rules: CHOSEN });
  approveAll(world);
  await world.settle();
  await comeToRest(world);
  expect(await differencesUnderRules(world, CHOSEN)).toEqual([]);
  expect(await leftovers(world)).toEqual([]);
  await world.changeRules(OTHERS);
  await comeToRest(world);
  approveAll(world);
  await world.settle();
  await comeToRest(world);
  expect(await differencesUnderRules(world, OTHERS)).toEqual([]);
  expect(await leftovers(world)).toEqual([]);
  if (history.faults.length === 0) expect(unforgotten(world)).toEqual([]);
}
