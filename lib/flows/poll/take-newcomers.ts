import type { StoredConnection } from '../../ports/connections.ts';
import type { StoredResource } from '../../ports/resources.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { Kind } from '../../sync/entry.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { makesNewcomers } from '../../sync/newcomers/draft.ts';
import { objectIdIn } from '../../sync/pushed.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { isEnded } from '../../sync/run.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { tellNewcomers } from './tell-newcomers.ts';

type Needs = Pick<Services, 'directories' | 'bus' | 'clock'>;

const PAGE = 500;
/** A full run is open. */
const PUT_OFF_SECONDS = 60;
const KINDS: readonly Kind[] = ['user', 'group'];

/**
 * Whether it is known who is in Entra: before that nobody is made there, who may be there already. At
 * the end of every full run all entries are gone through.
 */
export function knowsEntra(state: SyncState): boolean {
  const { links } = state.checkpoint;
  return links.user !== null && links.group !== null && !isReadingAll(state);
}

function isReadingAll({ run }: SyncState): boolean {
  return run !== null && !isEnded(run) && run.kind !== 'incremental';
}

/**
 * Goes through all entries of the application, and has those made in Entra that it does not know. As
 * long as a full run is open it is put off; where users or groups could not be read, the next one that
 * can asks again.
 */
export async function takeNewcomers(
  needs: Needs,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
): Promise<void> {
  if (isReadingAll(state))
    return needs.bus.send('polls', [{ ...toPoll(message), delaySeconds: PUT_OFF_SECONDS }]);
  if (!knowsEntra(state)) return;
  const rules = rulesOf(connection);
  const begin = message.newcomers;
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  const resources = needs.directories.resources(connection);
  const kinds = KINDS.slice(begin ? KINDS.indexOf(begin.kind) : 0);
  for (const kind of kinds.filter((one) => makesNewcomers(rules, one))) {
    let from = kind === begin?.kind ? begin.from : undefined;
    do {
      const page = await resources.list(kind, from, PAGE);
      const unknown = page.resources.filter(isUnknown);
      const newcomers = unknown.map(({ id }) => ({ kind, appId: id }));
      await tellNewcomers(needs, connection, newcomers);
      from = page.next;
      if (from !== undefined && needs.clock.now() > deadline)
        return needs.bus.send('polls', [toPoll({ ...message, newcomers: { kind, from } })]);
    } while (from !== undefined);
  }
}

/** Whether an entry may stand for no object of Entra. */
export function isUnknown({ kind, resource: { externalId, active } }: StoredResource): boolean {
  if (kind === 'user' && active === false) return false;
  return objectIdIn(typeof externalId === 'string' ? externalId : undefined) === undefined;
}
