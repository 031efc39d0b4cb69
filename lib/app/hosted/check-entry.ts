import type { Draft } from '../../ports/application.ts';
import { foldName } from '../../sync/fold-name.ts';
import { aliasesOf } from './index-rows.ts';
import { MOST_CHARACTERS } from './stored-entry.ts';

/** The SCIM name under which an entry of this kind is known, and which it must have. */
const REQUIRED = { user: 'userName', group: 'displayName' } as const;

/** An update moves two rows for each alias that changes, all in one transaction of 100. */
const MOST_ALIASES = 40;

/**
 * Why the directory cannot hold such an entry, in words without personal data; undefined if it can.
 * `userName` is required by RFC 7643 section 4.1.1, a group's `displayName` by section 4.2.
 */
export function checkEntry(entry: Pick<Draft, 'kind' | 'attributes'>): string | undefined {
  const required = REQUIRED[entry.kind];
  const name = entry.attributes[required];
  if (typeof name !== 'string' || foldName(name) === '') return `${required} is required`;
  if (aliasesOf(entry.attributes).length > MOST_ALIASES)
    return `there are more than ${MOST_ALIASES} aliases`;
  if (JSON.stringify(entry.attributes).length > MOST_CHARACTERS)
    return `the attributes are longer than ${MOST_CHARACTERS} characters`;
  return undefined;
}
