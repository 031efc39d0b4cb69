import type { StoredConnection } from '../../ports/connections.ts';
import type { EntryMark } from '../../ports/outbox.ts';
import type { Services } from '../../ports.ts';
import { objectIdIn, type Pushed } from '../../sync/pushed.ts';
import { tellWritten } from './tell-written.ts';

type Needs = Pick<Services, 'directories' | 'bus' | 'clock' | 'log'>;

/**
 * Tells the lanes what Entra's provisioning service has written, then lets go of the marks that said
 * so: a crash in between tells them twice, which is harmless. Memberships need no link.
 */
export async function takePushed(needs: Needs, connection: StoredConnection): Promise<void> {
  const outbox = needs.directories.outbox(connection);
  for await (const marks of outbox.entries('entra')) {
    await tellPushed(needs, connection, marks);
    await outbox.settle(marks);
  }
  for await (const marks of outbox.members('entra')) await outbox.settle(marks);
}

async function tellPushed(
  needs: Needs,
  connection: StoredConnection,
  marks: readonly EntryMark[],
): Promise<void> {
  const pushed = marks.flatMap(({ kind, id, objectId }): Pushed[] => {
    const entraId = objectIdIn(objectId);
    return entraId === undefined ? [] : [{ kind, entraId, appId: id }];
  });
  if (pushed.length < marks.length)
    needs.log.warn('entries were pushed without an object id', {
      connectionId: connection.id,
      entries: marks.length - pushed.length,
    });
  await tellWritten(needs, connection, { kind: 'pushed', objects: pushed });
}
