import type { StoredConnection } from '../../ports/connections.ts';
import type { WritePriority } from '../../ports/entra-writes.ts';
import type { Services } from '../../ports.ts';
import type { Judge } from '../entries/judge.ts';
import { entraWritesOf } from '../sides.ts';
import type { Exporting } from './export-values.ts';

/** What a lane needs to write to Entra. */
export function exportingOf(
  needs: Pick<Services, 'directories' | 'log'>,
  connection: StoredConnection,
  judge: Judge,
  priority: WritePriority,
): Exporting {
  return {
    writes: entraWritesOf(needs, connection),
    priority,
    decide: (link) => judge.decide(link),
    noteConflicts: ({ entraId }, attributes) =>
      needs.log.info('both sides have changed the same', {
        connectionId: connection.id,
        objectId: entraId,
        attributes: attributes.join(', '),
      }),
  };
}
