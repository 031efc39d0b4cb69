import type { StoredRow } from '../../lib/azure/tables.ts';
import { toAuditEntry } from '../../lib/state/audit-rows.ts';
import { toEdge } from '../../lib/state/edge-rows.ts';
import { idOf } from '../../lib/state/keys.ts';
import type { Did } from '../../lib/sync/audit/audit-entry.ts';
import type { World } from './world.ts';

/** Whether the application has an entry since then, by what was done last. */
const LIVES: Partial<Record<Did, boolean>> = { created: true, adopted: true, deleted: false };

/** Sentences on what histories leave out, or tell twice; none where they tell what happened. */
export function untold({ tables }: World): readonly string[] {
  const rows = tables.rows('links');
  const facts = rows
    .filter(({ rowKey }) => rowKey.startsWith('a:'))
    .map(toAuditEntry)
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .flatMap(({ objectId, facts: some }) => some.map((fact) => ({ objectId, ...fact })));
  const lives = Map.groupBy(
    facts.filter(({ did }) => LIVES[did] !== undefined),
    ({ objectId }) => objectId,
  );
  const problems: string[] = [];
  for (const [id, some] of lives)
    for (const [at, { did }] of some.entries())
      if (at > 0 && LIVES[did] === LIVES[some[at - 1]?.did ?? did])
        problems.push(`${id} is told to be ${did} again`);
  for (const row of starting(rows, 'l:').filter(({ state }) => state === 'linked')) {
    const last = lives.get(idOf(row.rowKey.slice(2)))?.at(-1)?.did ?? 'deleted';
    if (!LIVES[last]) problems.push(`nobody is told that ${row.rowKey} was created`);
  }
  for (const edge of starting(rows, 'e:').map(toEdge)) {
    if (edge.relation !== 'member' || !edge.applied) continue;
    const of = (id: string, other: string, dids: readonly Did[]) =>
      facts.findLast(
        ({ objectId, did, ids }) => objectId === id && dids.includes(did) && ids?.includes(other),
      )?.did;
    const { holder, member } = edge;
    if (of(holder, member, ['members-added', 'members-removed']) !== 'members-added')
      problems.push(`${holder} is not told of ${member}`);
    if (of(member, holder, ['joined', 'left']) !== 'joined')
      problems.push(`${member} is not told of ${holder}`);
  }
  return problems;
}

function starting(rows: readonly StoredRow[], prefix: string): readonly StoredRow[] {
  return rows.filter(({ rowKey }) => rowKey.startsWith(prefix));
}
