const DAY = 24 * 60 * 60_000;

/** So many days before it ends somebody is told of a credential; 0 = on the day, or after it. */
export const TOLD_BEFORE = [0, 1, 7, 30] as const;

/** A credential and its end (ISO 8601; null = nobody knows). */
export interface Expiring {
  readonly id: string;
  readonly expiresAt: string | null;
}

/** That a credential ends, to be told once. */
export interface ExpiryAlert {
  readonly credentialId: string;
  readonly expiresAt: string;
  /** Which of {@link TOLD_BEFORE} it is. */
  readonly stage: number;
  /** How many days are left really; 0 = it ends today, less = it has ended. */
  readonly daysLeft: number;
  /** The same text for the same telling. */
  readonly key: string;
}

/** Days until a time by the calendar (UTC): tomorrow is 1, today 0, yesterday -1. */
export function daysUntil(expiresAt: string, now: number): number {
  return Math.floor(Date.parse(expiresAt) / DAY) - Math.floor(now / DAY);
}

/**
 * The alerts that are due: 30, 7 and 1 days before a credential ends and on the day, each once. Where
 * several are overdue, only the last is told. A new end is told anew.
 * @param alreadyTold keys of alerts
 */
export function dueExpiryAlerts(
  credentials: readonly Expiring[],
  alreadyTold: ReadonlySet<string>,
  now: number,
): readonly ExpiryAlert[] {
  return credentials.flatMap(({ id, expiresAt }) => {
    if (expiresAt === null) return [];
    const daysLeft = daysUntil(expiresAt, now);
    const stage = TOLD_BEFORE.find((days) => daysLeft <= days);
    if (stage === undefined) return [];
    const key = `${id} ${expiresAt} ${stage}`;
    if (alreadyTold.has(key)) return [];
    return [{ credentialId: id, expiresAt, stage, daysLeft, key }];
  });
}

/** A secret of an app registration: its first characters, and its end. */
interface Registered {
  readonly hint: string | null;
  readonly expiresAt: string | null;
}

/** How many characters of a secret its registration shows (Graph docs: passwordCredential). */
const HINT_LENGTH = 3;

/** When a secret ends, by its registration; of several that may be it, the first that ends. */
export function registeredEnd(secret: string, registered: readonly Registered[]): string | null {
  const hint = secret.slice(0, HINT_LENGTH);
  const ends = registered.flatMap((one) =>
    one.hint === hint && one.expiresAt !== null ? [one.expiresAt] : [],
  );
  return ends.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
