import { expect, it } from 'vitest';
import { entryOf, type Match, matchStep } from '../../../../lib/sync/explain/match-step.ts';
import { entry } from './given.ts';

const held = entry({});

it.each<[Match, boolean, object, boolean]>([
  [{ is: 'linked', appId: 'a1', entry: held }, true, { appId: 'a1' }, true],
  [{ is: 'linked', appId: 'a1', entry: null }, false, { appId: 'a1' }, false],
  [{ is: 'own', entry: held }, true, { appId: 'a1', by: 'externalId' }, true],
  [
    { is: 'existing', entry: held, by: 'displayName', adopts: true },
    true,
    { appId: 'a1', by: 'displayName' },
    true,
  ],
  [
    { is: 'existing', entry: held, by: 'userName', adopts: false },
    false,
    { by: 'userName' },
    false,
  ],
  [{ is: 'ambiguous', ids: ['a', 'b'], by: 'userName' }, false, { appIds: ['a', 'b'] }, false],
  [{ is: 'taken', entry: held, yields: true }, true, { by: 'userName' }, false],
  [{ is: 'taken', entry: held, yields: false }, false, { appId: 'a1' }, false],
  [{ is: 'none' }, true, {}, false],
])('a match %j is told', (match, ok, more, isKept) => {
  expect(matchStep(match)).toMatchObject({ step: 'match', is: match.is, ok, ...more });
  expect(matchStep(match).detail).toMatch(/\w/);
  expect(entryOf(match)).toBe(isKept ? held : null);
});
