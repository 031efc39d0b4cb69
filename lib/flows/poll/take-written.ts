import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { EntryMark, MemberMark } from '../../ports/outbox.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { makesNewcomers } from '../../sync/newcomers/draft.ts';
import type { Newcomer } from '../../sync/newcomers/newcomer.ts';
import { objectIdIn, type Pushed } from '../../sync/pushed.ts';
import { isExporting, rulesOf } from '../../sync/rules/rules-of.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { type AppMembership, tellMembers } from '../exports/tell-members.ts';
import { appOf } from '../sides.ts';
import { tellNewcomers } from './tell-newcomers.ts';
import { tellWritten } from './tell-written.ts';

type Needs = Pick<Services, 'directories' | 'bus' | 'clock' | 'log'>;

const ASK_LATER_SECONDS = 180;

/**
 * Tells the lanes what the application has written, then lets go of the marks that said so: a crash
 * in between tells them twice, which is harmless. Where nothing is exported there is nothing to tell but
 * which memberships the application lacks: turning an export on compares everybody. An application that
 * is down is asked again later; the poll goes on.
 * @param makes whether entries that Entra does not know are made there
 */
export async function takeWritten(
  needs: Needs,
  connection: StoredConnection,
  makes: boolean,
): Promise<void> {
  try {
    await take(needs, connection, makes);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { id: connectionId } = connection;
    const { code } = error;
    needs.log.warn('what the application has written waits', { connectionId, code });
    const message = toPoll({ connectionId, reason: 'written' });
    await needs.bus.send('polls', [{ ...message, delaySeconds: ASK_LATER_SECONDS }]);
  }
}

async function take(needs: Needs, connection: StoredConnection, makes: boolean): Promise<void> {
  const outbox = needs.directories.outbox(connection);
  const isTold = isExporting(rulesOf(connection));
  for await (const marks of outbox.entries('app')) {
    if (isTold) await tell(needs, connection, marks, makes);
    await outbox.settle(marks);
  }
  const tellsMembers = rulesOf(connection).settings.groups.export;
  for await (const marks of outbox.members('app')) {
    const told = tellsMembers ? marks : marks.filter(({ removed }) => removed);
    await tellMembers(needs, connection, told.map(membershipOf));
    await outbox.settle(marks);
  }
}

function membershipOf({ groupId, memberId, removed }: MemberMark): AppMembership {
  return { groupId, memberId, removed };
}

/**
 * The entry says which object it stands for; the lane knows whether the two are tied. One that stands
 * for none may be made in Entra.
 */
async function tell(
  needs: Needs,
  connection: StoredConnection,
  marks: readonly EntryMark[],
  makes: boolean,
): Promise<void> {
  const there = marks.filter(({ removed }) => !removed);
  const entries = await readEntries(appOf(needs, connection), there);
  const tied: Pushed[] = [];
  const others: Newcomer[] = [];
  for (const { kind, id: appId, externalId, removed } of marks) {
    const entraId = objectIdIn(removed ? externalId : entries.get(appId)?.externalId);
    if (entraId !== undefined) tied.push({ kind, entraId, appId, ...(removed && { removed }) });
    else if (!removed) others.push({ kind, appId });
  }
  await tellWritten(needs, connection, { kind: 'written', objects: tied });
  const rules = rulesOf(connection);
  const newcomers = others.filter(({ kind }) => makes && makesNewcomers(rules, kind));
  await tellNewcomers(needs, connection, newcomers);
}
