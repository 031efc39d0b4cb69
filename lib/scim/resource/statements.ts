import type { Json } from '../../sync/entry.ts';
import type { Attribute } from '../schema/attribute.ts';
import { type AttributeName, parseAttributeName } from '../schema/attribute-name.ts';
import { locate } from '../schema/locate.ts';
import type { Located, ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { ScimError } from '../scim-error.ts';
import { isEmpty } from './is-empty.ts';

/** What a body says of one attribute, or of a sub-attribute of one. */
export interface Statement extends Located {
  readonly sub: Attribute | undefined;
  readonly value: Json;
}

/**
 * What a body says, attribute by attribute, in its order. An attribute of an extension stands in the
 * object under the extension's URN, under its qualified name (`urn:…:User:employeeNumber`), or, of
 * the enterprise extension, under its bare name; a sub-attribute also under `name.givenName`. What
 * the schema does not know is passed over (RFC 7644 section 3.3).
 * @throws ScimError 400 `invalidValue` where an extension is no object
 */
export function statementsOf(
  body: Readonly<Record<string, Json>>,
  schema: ResourceSchema,
): readonly Statement[] {
  return Object.entries(body).flatMap(([key, value]) => {
    const urn = schema.urnOf(key);
    if (urn === undefined) return statement(schema, parseAttributeName(key), value);
    if (isEmpty(value)) return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ScimError(400, 'invalidValue', `${urn} takes an object`);
    return Object.entries(value).flatMap(([inner, one]) => {
      const name = parseAttributeName(inner);
      return statement(schema, { ...name, urn: name.urn ?? urn }, one);
    });
  });
}

function statement(
  schema: ResourceSchema,
  { urn, name, sub }: AttributeName,
  value: Json,
): Statement[] {
  const located = locate(schema, urn, name);
  if (!located) return [];
  if (sub === undefined) return [{ ...located, sub: undefined, value }];
  const inner = located.attribute.multiValued ? undefined : subAttribute(located.attribute, sub);
  return inner ? [{ ...located, sub: inner, value }] : [];
}
