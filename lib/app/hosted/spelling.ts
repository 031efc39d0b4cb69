import { AppError } from '../../errors.ts';
import { flatName } from '../../scim/flat/flat-name.ts';
import { flatten } from '../../scim/flat/flatten.ts';
import { withFlat } from '../../scim/flat/with-flat.ts';
import { furtherFromTargets } from '../../scim/schema/further-attribute.ts';
import { openSchema } from '../../scim/schema/open-schema.ts';
import { ScimError } from '../../scim/scim-error.ts';
import type { Kind, Value } from '../../sync/entry.ts';

/**
 * How the directory spells an attribute's flat name: what is written under another spelling reads
 * back under this one. A name that it does not know becomes an attribute of its own.
 * @throws AppError `bad-request` where nothing can be written under the name
 */
export function spellingOf(kind: Kind, name: string): string {
  const schema = openSchema(kind, furtherFromTargets([name]));
  try {
    const { attribute, sub } = flatName(name, schema);
    const value = SAMPLES[(sub ?? attribute).type] ?? 'x';
    const [spelled = name] = Object.keys(flatten(withFlat({}, { [name]: value }, [], schema)));
    return spelled;
  } catch (error) {
    if (error instanceof ScimError) throw new AppError('bad-request', error.message);
    throw error;
  }
}

/** A value of each type that is not just any text. */
const SAMPLES: Readonly<Partial<Record<string, Value>>> = {
  boolean: true,
  integer: '1',
  decimal: '1',
  dateTime: '2000-01-01T00:00:00Z',
  binary: 'eA==',
};
