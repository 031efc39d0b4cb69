import { named, type Tell } from './figures.ts';
import { activeUsers } from './rules-active.ts';
import { measureRulesImport } from './rules-import.ts';
import { rulesOfGroup } from './rules-of-group.ts';
import { costOfRound } from './rules-settled.ts';
import { plantTree, type Tree } from './rules-tree.ts';
import { atSite, type Site } from './site.ts';
import { peakMemory } from './worker-memory.ts';

const USERS = 2_000;
const TREE = { groups: 1_000, depth: 50, breadth: 10, crew: 50 } as const;
const CONNECTION = 'bench';
/** A round asks both delta links once … */
const ROUND_PAGES = 2;
/** … and nothing about who joins; that who leaves is no member any more is proved, once. */
const PROOFS = { joined: 0, left: 1 } as const;

/** Everybody takes part who is in one group, or in one of the thousand that are nested in it. */
export async function benchRulesNested(tell: Tell): Promise<void> {
  const own = named('rules.nested', tell);
  await atSite({ users: USERS, groups: 0, memberships: 0 }, async (site) => {
    const tree = await plantTree(site.tenant, TREE);
    const asked = { rules: rulesOfGroup(tree.top), users: USERS };
    await measureRulesImport(site, CONNECTION, asked, named('import', own));
    await measureMoves(site, tree, own);
    own(await peakMemory(site));
  });
}

/** One user comes and goes, then a group of many. */
async function measureMoves(site: Site, tree: Tree, tell: Tell): Promise<void> {
  const { tenant } = site;
  const { deepest, middle, crew, crewMembers, newcomer } = tree;
  const one = { users: [newcomer] };
  const many = { users: crewMembers };
  const moves = {
    join: { ...one, isIn: true, make: () => tenant.addMembers(deepest, [newcomer]) },
    leave: { ...one, isIn: false, make: () => tenant.removeMember(deepest, newcomer) },
    nest: { ...many, isIn: true, make: () => tenant.addMembers(middle, [crew]) },
    unnest: { ...many, isIn: false, make: () => tenant.removeMember(middle, crew) },
  };
  for (const [name, move] of Object.entries(moves))
    await measureMove(site, move, named(name, tell));
}

/** Something that is made in the tenant, and whether these users take part afterwards. */
interface Move {
  readonly users: readonly string[];
  readonly isIn: boolean;
  readonly make: () => Promise<unknown>;
}

async function measureMove(site: Site, { users, isIn, make }: Move, tell: Tell): Promise<void> {
  const cost = await costOfRound(site, CONNECTION, make);
  const active = await activeUsers(site, CONNECTION);
  const wrong = users.filter((user) => active.has(user) !== isIn).length;
  const others = cost.graphRequests - cost.deltaPages;
  const proofs = isIn ? PROOFS.joined : PROOFS.left;
  tell({ name: 'graph.pages', value: cost.deltaPages, unit: 'requests', budget: ROUND_PAGES });
  tell({ name: 'graph.others', value: others, unit: 'requests', budget: proofs });
  tell({ name: 'tables', value: cost.transactions, unit: 'transactions', budget: null });
  tell({ name: 'bus', value: cost.messages, unit: 'messages', budget: null });
  tell({ name: 'wrong', value: wrong, unit: `of ${users.length} users`, budget: 0 });
}
