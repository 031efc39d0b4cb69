import type { Filter } from '../filter/filter.ts';
import { readElementFilter } from '../filter/parse-filter.ts';
import { Tokens } from '../filter/tokens.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { type AttributePath, findAttribute, shownName } from './attribute-path.ts';

/** What a PATCH operation is about (RFC 7644 figure 7). */
export interface PatchPath extends AttributePath {
  /** Which values of a multi-valued attribute; undefined = the attribute as a whole. */
  readonly filter: Filter | undefined;
}

/**
 * Reads `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`, each with or
 * without a URN, names in any case. A sub-attribute of several values takes a filter: nobody means
 * to give all of them the same address.
 * @throws ScimError 400 `invalidPath`, of a filter that asks too much `tooMany`
 */
export function parsePath(text: string, schema: ResourceSchema): PatchPath {
  const tokens = new Tokens(text, 'invalidPath');
  const { kind, text: name } = tokens.take();
  if (kind !== 'word') return tokens.fail('an attribute is missing');
  const path = findAttribute(schema, name);
  if (!path) return tokens.fail(`there is no attribute ${shownName(name)}`);
  const whole = tokens.takes('[') ? readValuePath(tokens, path) : { ...path, filter: undefined };
  if (path.sub && path.attribute.multiValued)
    tokens.fail(`brackets have to say which of ${shownName(path.attribute.name)} are meant`);
  if (tokens.next.kind !== 'end') tokens.fail('something stands behind its end');
  return whole;
}

function readValuePath(tokens: Tokens, path: AttributePath): PatchPath {
  const { attribute } = path;
  if (path.sub) return tokens.fail('brackets stand behind an attribute, not a sub-attribute');
  if (!attribute.multiValued)
    return tokens.fail(`the attribute ${shownName(attribute.name)} has but one value`);
  const filter = readElementFilter(tokens, attribute);
  const { kind, text } = tokens.next;
  if (kind !== 'word' || !text.startsWith('.')) return { ...path, filter };
  tokens.take();
  const sub = subAttribute(attribute, text.slice(1));
  if (!sub) return tokens.fail(`there is no sub-attribute ${shownName(text.slice(1))}`);
  return { ...path, filter, sub };
}
