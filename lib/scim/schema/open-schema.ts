import { AppError } from '../../errors.ts';
import type { Kind } from '../../sync/entry.ts';
import type { Attribute, Schema } from './attribute.ts';
import { parseAttributeName } from './attribute-name.ts';
import { COMMON_ATTRIBUTES } from './common.ts';
import { CORE_GROUP } from './core-group.ts';
import { CORE_USER } from './core-user.ts';
import {
  addAttribute,
  type DraftSchema,
  draftExtension,
  draftOf,
  finished,
} from './draft-schema.ts';
import { ENTERPRISE_USER } from './enterprise-user.ts';
import type { FurtherAttribute } from './further-attribute.ts';
import type { Located, ResourceSchema } from './resource-schema.ts';
import { TANDEM_USER } from './tandem-user.ts';

const STANDARD = {
  user: {
    name: 'User',
    endpoint: '/Users',
    core: CORE_USER,
    extensions: [ENTERPRISE_USER, TANDEM_USER],
  },
  group: { name: 'Group', endpoint: '/Groups', core: CORE_GROUP, extensions: [] },
} as const;

const MOST_FURTHER = 1_000;
const LONGEST_NAME = 100;
const LONGEST_URN = 200;

/** RFC 7643 section 2.1, ATTRNAME; `$ref` is the one name that begins otherwise. */
const NAME = /^(?:[A-Za-z][\w$-]*|\$ref)$/;
/** What every object has, where it is looked for without care. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const URN = /^urn:[\w.:-]+$/i;

/**
 * What there is to know of users or groups: the standard schemas, and what a connection has beside
 * them. Further attributes under a URN that is not known form an extension; those without a URN join
 * the core schema. A name that exists already is left as it is.
 * @throws AppError `bad-request` that names an attribute which cannot be one
 */
export function openSchema(kind: Kind, further: readonly FurtherAttribute[]): ResourceSchema {
  const { name, endpoint, ...standard } = STANDARD[kind];
  if (further.length > MOST_FURTHER)
    throw new AppError('bad-request', `there are more than ${MOST_FURTHER} further attributes`);
  const drafts = new Map<string, DraftSchema>();
  for (const schema of [standard.core, ...standard.extensions])
    drafts.set(schema.id.toLowerCase(), draftOf(schema));
  for (const one of further) add(drafts, one, standard.core.id);
  const [core = standard.core, ...extensions] = [...drafts.values()].map(finished);
  return { kind, name, endpoint, core, extensions, ...lookups(core, extensions) };
}

function add(drafts: Map<string, DraftSchema>, one: FurtherAttribute, core: string): void {
  const { urn = core, name, sub } = parseAttributeName(one.name);
  const isGood = isGoodName(name) && (sub === undefined || isGoodName(sub)) && isGoodUrn(urn);
  if (!isGood) throw new AppError('bad-request', `"${shortened(one.name)}" cannot be an attribute`);
  const key = urn.toLowerCase();
  if (key === core.toLowerCase() && COMMON.has(name.toLowerCase())) return;
  const draft = drafts.get(key) ?? draftExtension(urn);
  drafts.set(key, draft);
  addAttribute(draft, { name, sub }, one);
}

function isGoodName(name: string): boolean {
  return name.length <= LONGEST_NAME && NAME.test(name) && !FORBIDDEN.has(name.toLowerCase());
}

function isGoodUrn(urn: string): boolean {
  return urn.length <= LONGEST_URN && URN.test(urn);
}

function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

const COMMON: ReadonlySet<string> = new Set(
  COMMON_ATTRIBUTES.map(({ name }) => name.toLowerCase()),
);

/** Names come from outside: they are looked up in Maps, where an object would know `constructor`. */
function lookups(
  core: Schema,
  extensions: readonly Schema[],
): Pick<ResourceSchema, 'find' | 'urnOf'> {
  const urns = new Map([core, ...extensions].map(({ id }) => [id.toLowerCase(), id]));
  const located = new Map<string, ReadonlyMap<string, Located>>();
  const base = [...COMMON_ATTRIBUTES, ...core.attributes];
  located.set(core.id.toLowerCase(), byName(base, undefined));
  for (const { id, attributes } of extensions)
    located.set(id.toLowerCase(), byName(attributes, id));
  return {
    find: (urn, name) => located.get((urn ?? core.id).toLowerCase())?.get(name.toLowerCase()),
    urnOf: (text) => urns.get(text.toLowerCase()),
  };
}

function byName(attributes: readonly Attribute[], extension: string | undefined) {
  return new Map(
    attributes.map((attribute): [string, Located] => [
      attribute.name.toLowerCase(),
      { extension, attribute },
    ]),
  );
}
