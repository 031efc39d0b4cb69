import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { countsText, timeText } from '../text/figures.ts';
import { factLines } from '../text/table.ts';
import { type RunView, type StatusView, statusSchema } from '../views.ts';

/** Where a connection stands. */
export const STATUS_COMMANDS: readonly Command[] = [
  {
    name: 'status',
    summary: 'Where a connection stands',
    takes: ['CONNECTION'],
    options: {},
    run: async ({ api, out }, given) => {
      const [id] = wordsOf(given);
      const answer = await api.get(pathOf('connections', id, 'status'));
      out.show(answer, () => statusLines(answerOf(statusSchema, answer)));
      return EXIT.fine;
    },
  },
];

function statusLines(status: StatusView): string[] {
  const { unavailable, notifications, lastError } = status;
  const outage = (side: StatusView['unavailable']['app']) =>
    side === null ? undefined : [side.why, side.next].filter(Boolean).join('; ');
  return factLines([
    ['connection', `${status.id} (${status.name})`],
    ['sync', status.enabled ? 'on' : 'off'],
    ['in step', countsText(status.inStep) || 'nothing'],
    ['last sync', timeText(status.lastSync) ?? 'never'],
    ['last full sync', timeText(status.lastFullSync) ?? 'never'],
    ['next look', timeText(status.nextPoll)],
    ['open run', runText(status.currentRun)],
    ['last run', runText(status.lastRun)],
    ['failures', status.failures],
    ['removals held', countsText(status.held) || 0],
    ['rejected', status.rejectedMessages],
    ['last error', lastError ? `${lastError.message} (${lastError.code})` : undefined],
    ['Entra', outage(unavailable.entra)],
    ['application', outage(unavailable.app)],
    ['notifications', notifications.on ? 'on' : (notifications.why ?? 'off')],
  ]);
}

function runText(run: RunView | null): string | undefined {
  if (run === null) return undefined;
  return [run.id, run.kind, run.state, run.phase, timeText(run.endedAt)]
    .filter(Boolean)
    .join(' · ');
}
