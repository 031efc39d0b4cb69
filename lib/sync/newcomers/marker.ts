import { createHash } from 'node:crypto';
import type { Kind, Properties } from '../entry.ts';

/** What stands before the mark of an entry in a property of a user. */
const USER_MARK = 'tandem:';
const CONNECTION_DIGITS = 6;
const ENTRY_DIGITS = 16;
const DIGITS = CONNECTION_DIGITS + ENTRY_DIGITS;

/**
 * What an object of Entra that was made of an entry carries, so that it is known again: users in an
 * extension attribute, groups at the end of their mail nickname. It names nobody.
 */
export function markerOf(kind: Kind, connectionId: string, appId: string): string {
  return `${kind === 'user' ? USER_MARK : '-'}${digitsOf(connectionId, appId)}`;
}

/** Under which id the lanes keep what is to be made of an entry, as long as Entra has given none. */
export function newcomerId(connectionId: string, appId: string): string {
  return `${NEWCOMER}${digitsOf(connectionId, appId)}`;
}

/**
 * Of an object that the connection has made, the id of what it was made of.
 * @param property where users carry it
 */
export function newcomerIn(
  kind: Kind,
  connectionId: string,
  properties: Properties,
  property: string,
): string | undefined {
  const value = properties[kind === 'user' ? property : 'mailNickname'];
  if (typeof value !== 'string') return undefined;
  const digits = value.slice(-DIGITS);
  const isMark = value.endsWith(`${kind === 'user' ? USER_MARK : '-'}${digits}`);
  const isOwn = /^[0-9a-f]+$/.test(digits) && digits.startsWith(ofConnection(connectionId));
  return isMark && isOwn && digits.length === DIGITS ? `${NEWCOMER}${digits}` : undefined;
}

const NEWCOMER = 'app:';

function digitsOf(connectionId: string, appId: string): string {
  return `${ofConnection(connectionId)}${digest(`${connectionId} ${appId}`, ENTRY_DIGITS)}`;
}

function ofConnection(connectionId: string): string {
  return digest(connectionId, CONNECTION_DIGITS);
}

function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
