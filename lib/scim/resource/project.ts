import type { Json } from '../../sync/entry.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { Located, Resource, ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { isEmpty } from './is-empty.ts';
import { schemaUrns } from './schema-urns.ts';
import { attributeKey, type Named, type Selection } from './selection.ts';

type Values = { [name: string]: Json };

/** Which sub-attributes are shown, those apart that always or never are. */
type Shows = (sub: Attribute) => boolean;

interface Sight {
  readonly schema: ResourceSchema;
  readonly selection: Selection;
}

/**
 * A resource as a client is to see it (RFC 7644 section 3.9, and `returned` in RFC 7643 section 7):
 *
 * | `returned` | nothing asked for | `attributes` | `excludedAttributes` |
 * | --- | --- | --- | --- |
 * | always | shown | shown | shown |
 * | default | shown | where named | unless named |
 * | request | hidden | where named | hidden |
 * | never | hidden | hidden | hidden |
 *
 * The same goes for sub-attributes of what is shown. Of a schema that is named as a whole, what is
 * returned by default is named. What is empty, and what the schema does not know, is left out.
 * @param document the whole resource, with `id`, `meta`, and `members` or `groups` where wanted
 * @returns the resource with `schemas`: the extensions that have something in this answer
 */
export function project(
  document: Resource,
  schema: ResourceSchema,
  selection: Selection,
): Resource {
  const sight = { schema, selection };
  const shown = shownOf(document, undefined, sight);
  for (const { id } of schema.extensions) {
    const inner = document[id];
    const seen = inner !== undefined && isObject(inner) ? shownOf(inner, id, sight) : {};
    if (!isEmpty(seen)) shown[id] = seen;
  }
  return { schemas: schemaUrns(shown, schema), ...shown };
}

function shownOf(values: Resource, extension: string | undefined, sight: Sight): Values {
  const shown: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const located = name === 'schemas' ? undefined : sight.schema.find(extension, name);
    const shows = located && partOf(located, sight);
    const seen = shows && narrowed(located.attribute, value, shows);
    if (seen !== undefined && !isEmpty(seen)) shown[located?.attribute.name ?? name] = seen;
  }
  return shown;
}

/** @returns undefined where nothing of the attribute is shown */
function partOf(located: Located, { schema, selection }: Sight): Shows | undefined {
  const { returned } = located.attribute;
  if (returned === 'never') return undefined;
  const isWhole = selection.schemas.has(located.extension ?? schema.core.id);
  const named =
    isWhole && returned !== 'request' ? 'whole' : selection.attributes.get(attributeKey(located));
  if (returned === 'always') return isDefault;
  if (selection.mode === 'only') return asNamed(named);
  return returned === 'request' ? undefined : exceptNamed(named);
}

const isDefault: Shows = ({ returned }) => returned === 'default';

function asNamed(named: Named | undefined): Shows | undefined {
  if (named === undefined || named === 'whole') return named && isDefault;
  return ({ name }) => named.has(name);
}

function exceptNamed(named: Named | undefined): Shows | undefined {
  if (named === undefined) return isDefault;
  return named === 'whole' ? undefined : (sub) => isDefault(sub) && !named.has(sub.name);
}

function narrowed(attribute: Attribute, value: Json, shows: Shows): Json | undefined {
  if (attribute.type !== 'complex') return value;
  if (!Array.isArray(value)) return narrowedOne(attribute, value, shows);
  return value.map((one) => narrowedOne(attribute, one, shows)).filter((one) => !isEmpty(one));
}

function narrowedOne(attribute: Attribute, value: Json, shows: Shows): Json {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([name]) => {
    const sub = subAttribute(attribute, name);
    if (!sub || sub.returned === 'never') return false;
    return sub.returned === 'always' || shows(sub);
  });
  return Object.fromEntries(entries);
}

function isObject(value: Json): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
