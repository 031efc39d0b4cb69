import type { Connection } from '../../sync/connection.ts';
import type { Kind } from '../../sync/entry.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { furtherFromTargets } from './further-attribute.ts';
import { openSchema } from './open-schema.ts';
import type { ResourceSchema } from './resource-schema.ts';

const known = new WeakMap<Rules, Readonly<Record<Kind, ResourceSchema>>>();

/**
 * The schemas of a connection's directory: the standard ones, and what its mappings write into
 * besides. Made once for each time that its settings are loaded.
 */
export function connectionSchemas(
  connection: Pick<Connection, 'rules'>,
): Readonly<Record<Kind, ResourceSchema>> {
  const rules = rulesOf(connection);
  const schemas = known.get(rules) ?? {
    user: schemaOf('user', rules),
    group: schemaOf('group', rules),
  };
  known.set(rules, schemas);
  return schemas;
}

function schemaOf(kind: Kind, { mappings }: Rules): ResourceSchema {
  return openSchema(kind, furtherFromTargets(mappings[kind].mappings.map(({ target }) => target)));
}
