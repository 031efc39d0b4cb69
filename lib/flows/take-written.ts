import { AppError } from '../errors.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { EntryMark } from '../ports/outbox.ts';
import type { Services } from '../ports.ts';
import { toPoll } from '../sync/addressed.ts';
import { objectIdIn, type Pushed } from '../sync/pushed.ts';
import { isExporting, rulesOf } from '../sync/rules/rules-of.ts';
import { readEntries } from './compare-entries.ts';
import { appOf } from './sides.ts';
import { tellWritten } from './tell-written.ts';

type Needs = Pick<Services, 'directories' | 'bus' | 'clock' | 'log'>;

const ASK_LATER_SECONDS = 180;

/**
 * Tells the lanes what the application has written, then lets go of the marks that said so: a crash
 * in between tells them twice, which is harmless. Where nothing is exported, and of entries that stand
 * for no object of Entra, there is nothing to tell: turning an export on compares everybody. An
 * application that is down is asked again later; the poll goes on.
 */
export async function takeWritten(needs: Needs, connection: StoredConnection): Promise<void> {
  try {
    await take(needs, connection);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { id: connectionId } = connection;
    const { code } = error;
    needs.log.warn('what the application has written waits', { connectionId, code });
    const message = toPoll({ connectionId, reason: 'written' });
    await needs.bus.send('polls', [{ ...message, delaySeconds: ASK_LATER_SECONDS }]);
  }
}

async function take(needs: Needs, connection: StoredConnection): Promise<void> {
  const outbox = needs.directories.outbox(connection);
  const isTold = isExporting(rulesOf(connection));
  for await (const marks of outbox.entries('app')) {
    const objects = isTold ? await objectsOf(needs, connection, marks) : [];
    await tellWritten(needs, connection, { kind: 'written', objects });
    await outbox.settle(marks);
  }
  for await (const marks of outbox.members('app')) await outbox.settle(marks);
}

/** The entry says which object it stands for; the lane knows whether the two are tied. */
async function objectsOf(
  needs: Needs,
  connection: StoredConnection,
  marks: readonly EntryMark[],
): Promise<Pushed[]> {
  const there = marks.filter(({ removed }) => !removed);
  const entries = await readEntries(appOf(needs, connection), there);
  return marks.flatMap(({ kind, id, externalId, removed }): Pushed[] => {
    const entraId = objectIdIn(removed ? externalId : entries.get(id)?.externalId);
    return entraId === undefined ? [] : [{ kind, entraId, appId: id, ...(removed && { removed }) }];
  });
}
