import { hasCode } from '../../lib/errors.ts';
import type { Kind } from '../../lib/sync/entry.ts';
import { LANES, laneOf, laneSession } from '../../lib/sync/lanes.ts';
import type { Verdict } from '../../lib/sync/messages.ts';
import { askForResync } from '../../lib/sync/resyncs.ts';
import { newRunId } from '../../lib/sync/run.ts';
import { CONNECTION, type World } from './world.ts';

/** Asks for a full run, as the admin API does: the wish is saved, then the poll is told. */
export async function askForFullRun(world: World): Promise<void> {
  const { checkpoints } = world.outside;
  for (;;) {
    const state = await checkpoints.load(CONNECTION);
    const resyncs = askForResync(state.resyncs, { isUrgent: true });
    try {
      await checkpoints.save(CONNECTION, state, { resyncs });
      break;
    } catch (error) {
      if (!hasCode(error, 'state-changed', 'state-exists')) throw error;
    }
  }
  world.poll('resync');
}

/** Tells every lane an administrator's verdict on what is held. */
export function judge(world: World, verdict: Omit<Verdict, 'at'>): void {
  const at = world.now();
  for (let lane = 0; lane < LANES; lane += 1)
    tellLane(world, lane, { kind: 'judge', ...verdict, at });
}

/** Has an object read by its id. */
export function verify(world: World, object: { readonly kind: Kind; readonly id: string }): void {
  tellLane(world, laneOf(object.id), { kind: 'verify', objects: [object] });
}

function tellLane(world: World, lane: number, what: object): void {
  const envelope = { v: 1, connectionId: CONNECTION, lane, runId: newRunId(world.now()), epoch: 0 };
  const body = { ...envelope, settingsVersion: 1, ...what };
  world.bus.put('changes', { session: laneSession(CONNECTION, lane), body });
}

/** Asks for the run that carries out what was approved. */
export function decide(world: World): void {
  const lanes = 2 ** LANES - 1;
  world.poll('decide', { runId: newRunId(world.now()), lanes });
}

/** Approves whatever is held, and lets it be carried out. */
export function approveAll(world: World): void {
  judge(world, { verdict: 'approve' });
  decide(world);
}

/** Index rows of what is held. */
export function heldKeys({ tables }: World): readonly string[] {
  return tables
    .rows('links')
    .map(({ rowKey }) => rowKey)
    .filter((rowKey) => rowKey.startsWith('d:held:'));
}
