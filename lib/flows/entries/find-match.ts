import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Match } from '../../sync/explain/match-step.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { appOf } from '../sides.ts';
import { yieldsName } from './free-name.ts';
import type { JudgeNeeds } from './judge.ts';
import { type Existing, matchExisting, settleHolders, type Wanted } from './match-existing.ts';

type Needs = Pick<Services, 'lanes' | 'directories'> & JudgeNeeds;

/**
 * What the application has of an object: what bringing it in step comes upon, in the same order, and
 * nothing is written.
 */
export async function findMatch(
  needs: Needs,
  connection: StoredConnection,
  rules: Rules,
  wanted: Wanted,
): Promise<Match> {
  const { kind, entraId, appId, state } = wanted.link;
  const app = appOf(needs, connection);
  if (appId !== null) {
    const entry = (await app.read(kind, [appId])).get(appId) ?? null;
    return { is: 'linked', appId, entry };
  }
  // Whose create was begun before finds its own work first.
  const known = state === 'creating' ? undefined : await existing(needs, connection, rules, wanted);
  if (known) return known;
  const own = (await app.find(kind, [entraId])).get(entraId);
  if (own) return { is: 'own', entry: own };
  return (await holderOfName(needs, connection, rules, wanted)) ?? { is: 'none' };
}

async function existing(
  needs: Needs,
  connection: StoredConnection,
  rules: Rules,
  wanted: Wanted,
): Promise<Match | undefined> {
  const found = await matchExisting(needs, connection, rules, [wanted]);
  const one = found.get(wanted.link.entraId);
  return one && matchOf(one);
}

/** User names are unique: an entry that holds the one that is wanted is found, whatever it is matched by. */
async function holderOfName(
  needs: Needs,
  connection: StoredConnection,
  rules: Rules,
  { link, entra }: Wanted,
): Promise<Match | undefined> {
  const { userName } = entra.attributes;
  if (link.kind === 'group' || typeof userName !== 'string') return undefined;
  const holders = await appOf(needs, connection).match('user', 'userName', [userName]);
  const [holder] = holders.get(userName) ?? [];
  if (!holder) return undefined;
  if (await yieldsName(needs, connection, { holder, wanted: userName }))
    return { is: 'taken', entry: holder, yields: true };
  const settled = await settleHolders(needs, connection, rules, [{ link, holder }]);
  const one = settled.get(link.entraId);
  return one ? matchOf(one) : { is: 'taken', entry: holder, yields: false };
}

function matchOf(one: Existing): Match {
  if (one.do === 'fail') return { is: 'ambiguous', ids: one.ids, by: one.by };
  return { is: 'existing', entry: one.entry, by: one.by, adopts: one.do === 'adopt' };
}
