import type { Alert, AlertKind } from './alert.ts';

/** What people read. */
export interface AlertText {
  readonly title: string;
  readonly what: string;
  readonly todo: string;
}

const TITLES: Readonly<Record<AlertKind, string>> = {
  'run-changed': 'A run has changed something',
  'run-failed': 'A run ended incomplete',
  'run-done': 'Your run has ended',
  'removals-held': 'Removals wait for your approval',
  'credential-failing': 'A credential is refused',
  'credential-expiring': 'A credential expires soon',
  'notifications-off': 'There are no notifications',
  'side-unavailable': 'A side cannot be reached',
  'conflict-burst': 'Both sides have changed the same of many objects',
};

const ADVICE: Readonly<Record<AlertKind, string>> = {
  'run-changed': 'Nothing, unless something failed: failures are tried again by themselves.',
  'run-failed': 'Nothing: a full run follows by itself. If that fails too, look at the log.',
  'run-done': 'Nothing.',
  'removals-held':
    'Look at what is held and why, then approve what is meant and reject what is not (…/held).',
  'credential-failing':
    'Put a new client secret, or grant the permission that is missing; the code says which.',
  'credential-expiring': 'Make a new one and put it in before that day.',
  'notifications-off': 'The status says why. Changes arrive by polling meanwhile.',
  'side-unavailable': 'Nothing is lost: what was noted is done when it is back. See the status.',
  'conflict-burst':
    'See who writes to both sides, and whether the mappings name the side that should win.',
};

/** An alert in words: counts, ids and codes, and what to do. */
export function alertText(alert: Alert): AlertText {
  return { title: TITLES[alert.kind], what: whatOf(alert), todo: ADVICE[alert.kind] };
}

const REPLACED = 'Another credential is used in its place; this one is tried again every hour.';

/** A single credential that fails is told as the side that cannot be read. */
function isReplaced({ kind, subject }: Pick<Alert, 'kind' | 'subject'>): boolean {
  return kind === 'credential-failing' && subject !== 'entra';
}

function whatOf({ kind, runId, subject, counts = {}, reason, until }: Alert): string {
  const numbers = Object.entries(counts).map(([name, count]) => `${name}: ${count}`);
  return [
    runId === undefined ? `Subject: ${subject}.` : `Run ${runId}.`,
    ...(numbers.length > 0 ? [`${numbers.join(', ')}.`] : []),
    ...(reason === undefined ? [] : [`Code: ${reason}.`]),
    ...(isReplaced({ kind, subject }) ? [REPLACED] : []),
    ...(until === undefined ? [] : [`Until ${until}.`]),
  ].join(' ');
}
