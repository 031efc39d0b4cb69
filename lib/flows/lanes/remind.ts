import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { envelopeOf, toLane } from '../../sync/addressed.ts';
import type { DirtyReason } from '../../sync/link.ts';
import type { LaneEnvelope } from '../../sync/messages.ts';

/** The bus' clock sends the reminder, this process' clock decides what is due. */
const SKEW_SECONDS = 3;

/**
 * Has the lane look again when its failed links are due: messages that wait on the bus, so that an
 * idle connection costs nothing. Sent before the links are saved: a reminder too many does no harm.
 */
export async function remind(
  needs: Pick<Services, 'bus' | 'clock'>,
  message: LaneEnvelope,
  writes: readonly LaneWrite[],
): Promise<void> {
  const now = needs.clock.now();
  const delays = new Set(
    writes.flatMap((write) => {
      return dueOf(write).flatMap((due) => {
        // A try that took longer than its pause has made it due again by now.
        if (due <= now && due === dueBefore(write)) return [];
        return [Math.max(0, Math.ceil((due - now) / 1_000)) + SKEW_SECONDS];
      });
    }),
  );
  const retry = toLane({ ...envelopeOf(message), kind: 'retry' });
  const reminders = [...delays].map((delaySeconds) => ({ ...retry, delaySeconds }));
  if (reminders.length > 0) await needs.bus.send('changes', reminders);
}

/** These wait for a run, an administrator, the rest of an item or the application: not for a time. */
const UNTIMED: ReadonlySet<DirtyReason> = new Set([
  'removal',
  'held',
  'incomplete',
  'unavailable',
  'entra-read-only',
]);

function dueBefore(write: LaneWrite): number | undefined {
  if ('edge' in write) return write.from?.refused?.due ?? write.from?.removal?.at;
  return 'link' in write ? write.from?.dirty?.due : undefined;
}

function dueOf(write: LaneWrite): number[] {
  if ('edge' in write) {
    const { refused, removal } = write.edge;
    if (refused) return UNTIMED.has(refused.reason) ? [] : [refused.due];
    return removal?.state === 'doubted' ? [removal.at] : [];
  }
  const dirty = 'link' in write ? write.link.dirty : null;
  return dirty && !UNTIMED.has(dirty.reason) ? [dirty.due] : [];
}
