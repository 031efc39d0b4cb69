import { AppError } from '../../errors.ts';
import { furtherFromTargets } from '../../scim/schema/further-attribute.ts';
import { openSchema } from '../../scim/schema/open-schema.ts';
import { ScimError } from '../../scim/scim-error.ts';
import type { Kind } from '../../sync/entry.ts';
import { spelledBack } from './flat-attributes.ts';

/**
 * How the directory spells an attribute's flat name: what is written under another spelling reads
 * back under this one. A name that it does not know becomes an attribute of its own.
 * @throws AppError `bad-request` where nothing can be written under the name
 */
export function spellingOf(kind: Kind, name: string): string {
  try {
    return spelledBack(name, openSchema(kind, furtherFromTargets([name]))) ?? name;
  } catch (error) {
    if (error instanceof ScimError) throw new AppError('bad-request', error.message);
    throw error;
  }
}
