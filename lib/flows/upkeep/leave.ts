import { AppError } from '../../errors.ts';
import type { EntryStore, Outcome } from '../../ports/application.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import type { Leaving } from '../../sync/connection.ts';
import { addTotals, NO_TOTALS } from '../../sync/counters.ts';
import type { Kind } from '../../sync/entry.ts';
import { guard } from '../../sync/guard.ts';
import { LANES } from '../../sync/lanes.ts';
import type { LinkTie } from '../../sync/link.ts';
import { NO_LOSSES } from '../../sync/losses.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { markSwitching } from '../exports/mark-switching.ts';
import { deactivateEntries } from '../removals/deactivate-entries.ts';
import { appOf } from '../sides.ts';

type Needs = Pick<Services, 'connections' | 'directories' | 'lanes' | 'log'>;

/** Where the removal of a connection's entries goes on. */
export interface LeaveCursor {
  readonly lane: number;
  readonly from: string;
}

/** No run has this id: no link is stamped with it. */
const NO_RUN = '-';

/**
 * Takes away the application's entries that a connection keeps in step, because the connection is
 * being removed. The guard is asked first: losing all of a kind needs an administrator's approval.
 * @returns `waits` for an approval, `done`, or where to go on
 */
export async function leave(
  needs: Needs,
  connection: StoredConnection,
  cursor: LeaveCursor = { lane: 0, from: 'l:' },
  isOver: () => boolean,
): Promise<'waits' | 'done' | LeaveCursor> {
  const { leaving } = connection;
  // Somebody has called the removal off.
  if (!leaving) return 'waits';
  if (leaving.users === 'keep') return 'done';
  if (!leaving.approved && (await isTooMuch(needs, connection, leaving.users))) {
    needs.log.warn('the removal of a connection waits for approval', {
      connectionId: connection.id,
    });
    return 'waits';
  }
  for (let number = cursor.lane; number < LANES; number += 1) {
    let lane = await needs.lanes.reopen(connection.id, number);
    const from = number === cursor.lane ? cursor.from : 'l:';
    for await (const page of needs.lanes.unsightedLinks(lane, NO_RUN, from)) {
      if (!(await isStillMeant(needs, connection))) return 'waits';
      if (leaving.users === 'deactivate') lane = await mark(needs, connection, lane, page.links);
      await takeLeave(needs, connection, { ties: page.links, slot: number, how: leaving.users });
      if (isOver()) return { lane: number, from: page.cursor };
    }
  }
  return 'done';
}

/** An administrator may call it off at any time. */
async function isStillMeant(needs: Needs, connection: StoredConnection): Promise<boolean> {
  const now = await needs.connections.get(connection.id);
  const isSame = now?.createdAt === connection.createdAt;
  return isSame && now?.leaving?.users === connection.leaving?.users;
}

/** Where the removal is called off, the inactive entries are no wish of the application. */
async function mark(
  needs: Needs,
  connection: StoredConnection,
  lane: Lane,
  ties: readonly LinkTie[],
): Promise<Lane> {
  const rules = rulesOf(connection);
  if (!rules.flows.user.active.toEntra) return lane;
  const ids = ties.map(({ entraId }) => entraId);
  const links = [...(await needs.lanes.links(lane, ids)).values()];
  return markSwitching(needs, lane, { rules, links });
}

async function isTooMuch(
  needs: Needs,
  { id, guard: settings }: StoredConnection,
  how: Leaving,
): Promise<boolean> {
  const lanes = await needs.lanes.read(id);
  const inStep = lanes.reduce((sum, lane) => addTotals(sum, lane.totals), NO_TOTALS);
  const groups = how === 'delete' ? inStep.groups : 0;
  const waiting = { ...NO_LOSSES, users: inStep.users, groups };
  const facts = { waiting, held: NO_LOSSES, passed: NO_LOSSES, inStep };
  return guard(facts, settings ?? {}).length > 0;
}

async function takeLeave(
  needs: Needs,
  connection: StoredConnection,
  { ties, slot, how }: { ties: readonly LinkTie[]; slot: number; how: Leaving },
): Promise<void> {
  const app = appOf(needs, connection);
  const own = await ownWork(app, ties);
  const idsOf = (kind: Kind) =>
    ties.flatMap((tie) => (tie.kind === kind ? (tie.appId ?? own.get(tie.entraId) ?? []) : []));
  if (how === 'deactivate') {
    const refused = await deactivateEntries(app, 'user', idsOf('user'));
    return checkRefusals(refused.size);
  }
  for (const kind of ['user', 'group'] as const) await removeAll(app, kind, idsOf(kind), slot);
}

/** Entries whose making was begun and never confirmed, by Entra ids. */
async function ownWork(app: EntryStore, ties: readonly LinkTie[]): Promise<Map<string, string>> {
  const begun = ties.filter((tie) => tie.state === 'creating' && tie.appId === null);
  const found = new Map<string, string>();
  for (const [kind, some] of Map.groupBy(begun, (tie): Kind => tie.kind)) {
    const ids = some.map((tie) => tie.entraId);
    for (const [id, entry] of await app.find(kind, ids)) found.set(id, entry.id);
  }
  return found;
}

async function removeAll(
  app: EntryStore,
  kind: Kind,
  ids: readonly string[],
  slot: number,
): Promise<void> {
  if (ids.length === 0) return;
  const outcomes = await app.remove(kind, ids, slot);
  const isRefused = (outcome: Outcome<null>) => !outcome.ok && outcome.reason !== 'missing';
  checkRefusals(outcomes.filter(isRefused).length);
}

function checkRefusals(count: number): void {
  if (count > 0) throw new AppError('unavailable', `the application refused ${count} removals`);
}
