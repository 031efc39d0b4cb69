import type { Draft } from '../../ports/application.ts';
import { fold } from './keys.ts';
import { MOST_CHARACTERS } from './stored-entry.ts';

/** The SCIM name under which an entry of this kind is known, and which it must have. */
const REQUIRED = { user: 'userName', group: 'displayName' } as const;

/**
 * Why the directory cannot hold such an entry, in words without personal data; undefined if it can.
 * `userName` is required by RFC 7643 section 4.1.1, a group's `displayName` by section 4.2.
 */
export function checkEntry(entry: Pick<Draft, 'kind' | 'attributes'>): string | undefined {
  const required = REQUIRED[entry.kind];
  const name = entry.attributes[required];
  if (typeof name !== 'string' || fold(name) === '') return `${required} is required`;
  if (JSON.stringify(entry.attributes).length > MOST_CHARACTERS)
    return `the attributes are longer than ${MOST_CHARACTERS} characters`;
  return undefined;
}
