import type { Outcome } from '../../ports/application.ts';
import { ScimError } from '../../scim/scim-error.ts';
import { foldName } from '../../sync/fold-name.ts';
import { aliasesOf, nameOf, workMailsOf } from './names.ts';
import type { NewEntry } from './stored-entry.ts';
import { MOST_CHARACTERS } from './text-parts.ts';

/** The SCIM name under which an entry of this kind is known, and which it must have. */
const REQUIRED = { user: 'userName', group: 'displayName' } as const;

/**
 * A transaction takes 100 rows. One that changes every name of a user has the user, two rows for each
 * alias and address, for userName, externalId and displayName, and the mark of a SCIM client.
 */
const MOST_ALIASES = 40;
const MOST_WORK_MAILS = 5;

/** An externalId of this length is no id any more; the row keeps it whole. */
const MOST_ID_CHARACTERS = 1_000;

/** The application's ids are 36 characters long; what is none is kept as it was given. */
const MOST_MANAGER_CHARACTERS = 200;

/** An entry that cannot be kept; `detail` says why in words without personal data. */
type Refusal = Extract<Outcome<never>, { readonly ok: false }>;

/** Makes an entry, and looks whether the directory can hold it. */
export function checked(make: () => NewEntry): NewEntry | Refusal {
  try {
    const entry = make();
    const detail = faultOf(entry);
    return detail === undefined ? entry : { ok: false, reason: 'refused', detail };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { ok: false, reason: 'refused', detail: error.message };
  }
}

/**
 * Why the directory cannot hold such an entry; undefined if it can. `userName` is required by RFC 7643
 * section 4.1.1, a group's `displayName` by section 4.2.
 */
function faultOf(entry: NewEntry): string | undefined {
  const { kind, resource, externalId = '', managerId = '' } = entry;
  const required = REQUIRED[kind];
  const name = nameOf(resource, required);
  if (name === undefined || foldName(name) === '') return `${required} is required`;
  if (aliasesOf(resource).length > MOST_ALIASES)
    return `there are more than ${MOST_ALIASES} aliases`;
  if (workMailsOf(resource).length > MOST_WORK_MAILS)
    return `there are more than ${MOST_WORK_MAILS} work addresses`;
  if (externalId.length > MOST_ID_CHARACTERS)
    return `the externalId is longer than ${MOST_ID_CHARACTERS} characters`;
  if (managerId.length > MOST_MANAGER_CHARACTERS)
    return `the manager's id is longer than ${MOST_MANAGER_CHARACTERS} characters`;
  if (JSON.stringify(resource).length > MOST_CHARACTERS)
    return `the attributes are longer than ${MOST_CHARACTERS} characters`;
  return undefined;
}
