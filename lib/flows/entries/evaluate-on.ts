import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Kind, Properties } from '../../sync/entry.ts';
import { ExpressionError } from '../../sync/expressions/expression.ts';
import { parseObjectExpression } from '../../sync/rules/object-expression.ts';
import type { Selection } from '../../sync/rules/properties.ts';
import {
  faultOf,
  knownProperties,
  type Tried,
  tryExpression,
} from '../../sync/rules/try-expression.ts';
import { type AskedObject, findObject, readObject } from './find-object.ts';
import { contextOf } from './judge.ts';

type Needs = Pick<Services, 'directories' | 'clock'>;

/** On what an expression is evaluated: properties that somebody wrote, or an object of the tenant. */
export type Subject =
  | { readonly kind: Kind; readonly entry: Properties }
  | (AskedObject & { readonly entry?: undefined });

/**
 * Evaluates an expression as a mapping would. Of an object of the tenant exactly the properties are
 * read that the expression needs.
 * @throws AppError `not-found`, `conflict`, those of Entra's side
 */
export async function evaluateOn(
  needs: Needs,
  connection: StoredConnection,
  { expression: text, subject }: { readonly expression: string; readonly subject: Subject },
): Promise<Tried> {
  const { kind } = subject;
  try {
    const expression = parseObjectExpression(kind, text);
    const properties = subject.entry
      ? knownProperties(kind, subject.entry)
      : await propertiesOf(needs, connection, { ...subject, sources: expression.sources });
    return tryExpression(expression, properties, contextOf(needs));
  } catch (error) {
    if (error instanceof ExpressionError) return { error: faultOf(error) };
    throw error;
  }
}

async function propertiesOf(
  needs: Needs,
  connection: StoredConnection,
  { kind, text, sources }: AskedObject & { readonly sources: readonly string[] },
): Promise<Properties> {
  const { id } = await findObject(needs, connection, { kind, text });
  if (sources.length === 0) return {};
  const selection: Selection = {
    properties: { user: [], group: [], [kind]: sources },
    relationships: { user: false, group: false },
  };
  const { properties } = await readObject(needs, connection, { kind, id, selection });
  return properties;
}
