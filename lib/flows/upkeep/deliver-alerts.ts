import { createHash } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { Delivery, OpenAlert, StoredAlert } from '../../ports/alerts.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { alertText } from '../../sync/alerts/alert-text.ts';

type Needs = Pick<Services, 'alerts' | 'bus' | 'clock' | 'log' | 'mail' | 'secrets' | 'webhooks'>;

const MINUTE = 60_000;
/** Pauses after an attempt that failed; after the last one it is given up. */
const PAUSES = [
  MINUTE / 2,
  2 * MINUTE,
  10 * MINUTE,
  60 * MINUTE,
  6 * 60 * MINUTE,
  24 * 60 * MINUTE,
] as const;
/** The polls of the connection wait meanwhile. */
const MOST_MILLISECONDS = 30_000;

/**
 * Tells a connection's recipients of the alerts that wait, by mail and by webhook, each once; what
 * fails is tried again after pauses that grow, and given up after a day and a half. What dies between
 * the telling and its mark is told once more.
 */
export async function deliverAlerts(needs: Needs, connection: StoredConnection): Promise<void> {
  const start = needs.clock.now();
  const open = await needs.alerts.open(connection.id);
  const due = open.filter(({ delivery }) => delivery.dueAt <= start);
  let again: number | undefined;
  for (const one of due) {
    if (needs.clock.now() - start > MOST_MILLISECONDS) {
      again = 0;
      break;
    }
    const next = await deliver(needs, connection, one);
    await needs.alerts.mark(connection.id, one.alert.place, next);
    if (next) again = Math.min(again ?? Number.POSITIVE_INFINITY, next.dueAt - needs.clock.now());
  }
  if (again === undefined) return;
  // Only who has tried asks again: however many messages come, one goes on.
  const delaySeconds = Math.max(1, Math.ceil(again / 1_000));
  const message = toPoll({ connectionId: connection.id, reason: 'alert' });
  await needs.bus.send('polls', [{ ...message, delaySeconds }]);
}

/** Somebody to be told, by a name that tells nothing of them. */
interface Target {
  readonly name: string;
  readonly tell: (alert: StoredAlert) => Promise<void>;
}

/** @returns null where everybody was told, or there is nobody, or it is given up */
async function deliver(
  needs: Needs,
  connection: StoredConnection,
  { alert, delivery }: OpenAlert,
): Promise<Delivery | null> {
  const left = targetsOf(needs, connection).filter(({ name }) => !delivery.done.includes(name));
  const done = [...delivery.done];
  const codes = new Set<string>();
  for (const { name, tell } of left) {
    try {
      await tell(alert);
      done.push(name);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      codes.add(error.code);
      // What is refused for good is not tried again.
      if (error.code === 'bad-request') done.push(name);
    }
  }
  if (codes.size === 0) return null;
  const { id: connectionId } = connection;
  const fields = { connectionId, kind: alert.kind, codes: [...codes].join(', ') };
  const pause = PAUSES[delivery.attempts];
  const isOver = left.every(({ name }) => done.includes(name)) || pause === undefined;
  needs.log.warn(isOver ? 'an alert is given up' : 'an alert is told later', fields);
  if (isOver) return null;
  return { done, attempts: delivery.attempts + 1, dueAt: needs.clock.now() + pause };
}

function targetsOf(needs: Needs, connection: StoredConnection): Target[] {
  const { recipients = [], webhook } = connection.alerts ?? {};
  const mails = recipients.map((to): Target => {
    const name = createHash('sha256').update(to).digest('base64url').slice(0, 16);
    return { name, tell: (alert) => needs.mail.send(mailOf(connection, alert, to)) };
  });
  if (!webhook) return mails;
  return [...mails, { name: 'webhook', tell: (alert) => post(needs, connection, webhook, alert) }];
}

function mailOf(connection: StoredConnection, alert: StoredAlert, to: string) {
  const { title, what, todo } = alertText(alert);
  const when = new Date(alert.at).toISOString();
  const lines = [title, '', `Connection: ${connection.id}`, `When: ${when}`, what, '', todo, ''];
  return { to, subject: `[Tandem] ${connection.id}: ${title}`, text: lines.join('\n') };
}

async function post(
  { secrets, webhooks }: Needs,
  connection: StoredConnection,
  { url, secretName }: { readonly url: string; readonly secretName: string },
  alert: StoredAlert,
): Promise<void> {
  const secret = await secrets.get(secretName);
  if (secret === undefined) throw new AppError('bad-configuration', 'the webhook has no secret');
  const { place, kind, runId, subject, counts, reason, until } = alert;
  const text = alertText(alert);
  const body = JSON.stringify({
    type: `alert.${kind}`,
    timestamp: new Date(alert.at).toISOString(),
    data: { connectionId: connection.id, kind, runId, subject, counts, reason, until, ...text },
  });
  // Dots would end a part of what is signed.
  await webhooks.post({ url, id: `${connection.id}_${place.replaceAll(':', '_')}`, secret, body });
}
