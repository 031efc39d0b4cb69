import { z } from 'zod';
import type { Entry, Kind, Value } from './entry.ts';
import type { Half, Link } from './link.ts';
import type { Merge } from './merge.ts';
import type { NewcomerDraft } from './newcomers/draft.ts';
import type { Decision, Removal } from './reconcile.ts';
import type { RuleSettings } from './rules/settings.ts';
import type { Standing } from './rules/standing.ts';

/**
 * What a plan foresees for an object.
 *
 * | decision | the application |
 * | --- | --- |
 * | create | gets an entry of it |
 * | update | has its entry, and some attributes of it change, or of the object in Entra |
 * | adopt | had an entry that matches, which is tied to the object and merged with it |
 * | deactivate | has its entry, which becomes inactive |
 * | delete | loses its entry |
 * | none | has its entry, and nothing of it changes |
 * | skip | had an entry that matches, which is left alone: the object gets none |
 * | out | has no entry of it, because it takes no part |
 * | fail | gets nothing of it, as long as the reason stands |
 * | make | has an entry that stands for no object: Entra makes one |
 */
export const plannedSchema = z.enum([
  'create',
  'update',
  'adopt',
  'deactivate',
  'delete',
  'none',
  'skip',
  'out',
  'fail',
  'make',
]);
export type Planned = z.infer<typeof plannedSchema>;

const value = z.union([z.string(), z.boolean(), z.array(z.string()).readonly()]).nullable();

/** One attribute of an entry that changes; null = empty. */
const attributeChangeSchema = z.object({ attribute: z.string(), from: value, to: value });
export type AttributeChange = z.infer<typeof attributeChangeSchema>;

/** What is personal about an object of a plan. */
export const plannedDetailsSchema = z.object({
  /** To show. */
  name: z.string().nullable(),
  /** The setting, or the matching attribute, that decides; null = none had to. */
  rule: z.string().nullable(),
  /** In words. */
  reason: z.string().nullable(),
  changes: z.array(attributeChangeSchema),
  /** What changes of the object in Entra; there where something does. */
  toEntra: z.array(attributeChangeSchema).optional(),
});

/** What a plan says of one object of the tenant. */
export interface PlannedObject extends z.infer<typeof plannedDetailsSchema> {
  readonly kind: Kind;
  readonly id: string;
  readonly decision: Planned;
}

/** What is foreseen for an object; which one it is, is known elsewhere. */
export type Foresight = Pick<PlannedObject, 'decision' | 'rule' | 'reason' | 'changes' | 'toEntra'>;

/** How many objects of each kind a decision is foreseen for. */
export type PlanCounts = Readonly<Record<Kind, Readonly<Record<Planned, number>>>>;

/**
 * How far the reading for a plan has come.
 *
 * | step | reads | and notes |
 * | --- | --- | --- |
 * | groups | every group | what becomes of it; groups in groups; members of the groups that rules name |
 * | members | every group again, where groups are nested in those, or pass on members | members of the nested ones |
 * | users | every user | what becomes of them |
 * | entries | every entry of the application, where some are to be made in Entra | those |
 * | count | the plan itself | how many there are of what |
 */
export const planStepSchema = z.enum(['groups', 'members', 'users', 'entries', 'count']);
export type PlanStep = z.infer<typeof planStepSchema>;

/**
 * | state | means | goes to |
 * | --- | --- | --- |
 * | reading | objects are read and judged | ready, failed |
 * | ready | all are | |
 * | failed | they could not be; the error says why | |
 */
export const planStateSchema = z.enum(['reading', 'ready', 'failed']);

/** A plan: what a full run by some rules would do, without doing it. */
export interface Plan {
  readonly id: string;
  /** When the connection was made: one of the same id that was deleted since had other plans. */
  readonly connectionSince: string;
  readonly state: z.infer<typeof planStateSchema>;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly rules: RuleSettings;
  /** Which rules these are, as `keyOf` tells it. */
  readonly rulesKey: string;
  readonly step: PlanStep;
  /** Where the step reads on; null = from the beginning. */
  readonly link: string | null;
  /** How often in a row a side could not be read. */
  readonly stumbles: number;
  /** While it is being read an object may count twice that shows on several pages. */
  readonly counts: PlanCounts;
  /** Memberships of the groups that take part; those that nested groups make come at the end. */
  readonly memberships: number;
}

/** Nothing at all, of each decision. */
export function noCounts(): PlanCounts {
  const none = () =>
    Object.fromEntries(plannedSchema.options.map((decision) => [decision, 0])) as Record<
      Planned,
      number
    >;
  return { user: none(), group: none() };
}

/** Adds objects to counts. */
export function countPlanned(
  counts: PlanCounts,
  objects: readonly Pick<PlannedObject, 'kind' | 'decision'>[],
): PlanCounts {
  const sum = { user: { ...counts.user }, group: { ...counts.group } };
  for (const { kind, decision } of objects) sum[kind][decision] += 1;
  return sum;
}

/** What changes where an entry is made: all there is. */
export function changesOfDraft({ active, attributes }: Half): AttributeChange[] {
  return changesOfMerge(null, { set: attributes, clear: [], active });
}

/** What a merge changes of an entry; null = there is none yet. */
function changesOfMerge(entry: Half | null, { set, clear, active }: Merge): AttributeChange[] {
  const held = (attribute: string): Value | null => entry?.attributes[attribute] ?? null;
  const given = Object.entries(set).map(([attribute, to]) => ({
    attribute,
    from: held(attribute),
    to,
  }));
  const cleared = clear.map((attribute) => ({ attribute, from: held(attribute), to: null }));
  const switched = { attribute: 'active', from: entry?.active ?? null };
  return [...(active === undefined ? [] : [{ ...switched, to: active }]), ...given, ...cleared];
}

/** What each side holds, and what it is to be given; null = nothing. */
export interface Merging {
  readonly app: Half;
  readonly write: Merge | null;
  readonly entra: Half;
  readonly export: Merge | null;
}

/** What a merge with the entry that is tied to the object comes to. */
export function foreseeMerge(
  { app, write, entra, export: toEntra }: Merging,
  { rule }: Standing,
): Foresight {
  const changes = write ? changesOfMerge(app, write) : [];
  const isSame = !write && !toEntra;
  const decision = isSame ? 'none' : write?.active === false ? 'deactivate' : 'update';
  const others = toEntra && { toEntra: changesOfMerge(entra, toEntra) };
  return { decision, rule, reason: null, changes, ...others };
}

/**
 * What becomes of an object that needs no look at the application; undefined where it does.
 *
 * | decided | then |
 * | --- | --- |
 * | nothing, of an object that takes no part and has no entry | out |
 * | nothing else | none |
 * | wait | fail |
 * | remove what the application does not hold, or holds inactive | none |
 * | remove | deactivate, or delete |
 */
export function foreseeAlone(
  link: Link,
  decision: Decision,
  { is, rule }: Standing,
): Foresight | undefined {
  switch (decision.do) {
    case 'nothing': {
      const isOut = is === 'out' && link.appId === null;
      const reason = link.kept ? 'an administrator rejected its removal' : null;
      return { decision: isOut ? 'out' : 'none', rule, reason, changes: [] };
    }
    case 'wait':
      return foreseeFailure(`${decision.reason}: ${decision.detail}`, rule);
    case 'remove':
      return foreseeRemoval(link, decision);
    default:
      return undefined;
  }
}

function foreseeRemoval(
  { kind, agreed }: Link,
  { why, appId, how, graceDays }: Removal,
): Foresight {
  if ('inEntra' in why) return foreseeDeletion(kind, why.inEntra);
  const gone = 'gone' in why && (why.gone === 'changed' ? 'softDeleted' : 'deleted');
  const rule = 'left' in why ? why.left : `${kind}s.${String(gone)}`;
  if (appId === null) return { decision: 'none', rule, reason: 'it is deleted', changes: [] };
  if (how === 'delete') return { decision: 'delete', rule, reason: null, changes: [] };
  const isDone = agreed?.app.active === false;
  if (isDone) return { decision: 'none', rule, reason: 'its entry is inactive', changes: [] };
  const reason = graceDays === undefined ? null : `it is deleted after ${graceDays} days`;
  const changes = [{ attribute: 'active', from: true, to: false }];
  return { decision: 'deactivate', rule, reason, changes };
}

/** The application has deleted the entry. */
function foreseeDeletion(kind: Kind, inEntra: 'disable' | 'delete'): Foresight {
  const what = inEntra === 'disable' ? 'disabled' : 'deleted';
  const reason = `the application deleted its entry: it is ${what} in Entra`;
  const off = inEntra === 'disable' ? [{ attribute: 'active', from: true, to: false }] : [];
  return { decision: 'update', rule: `${kind}s.exportDeletion`, reason, changes: [], toEntra: off };
}

/** An entry that stands for no object is to be made in Entra, as far as it can be. */
export function foreseeMaking(
  { kind, attributes }: Pick<Entry, 'kind' | 'attributes'>,
  draft: NewcomerDraft,
  exports: ReadonlyMap<string, unknown>,
): Foresight {
  const rule = `${kind}s.create`;
  if (!draft.ok) return foreseeFailure(`entra-refused: ${draft.detail}`, rule);
  const flowing = Object.entries(attributes).filter(([name]) => exports.has(name));
  const { userPrincipalName } = draft.properties;
  return {
    decision: 'make',
    rule,
    reason: typeof userPrincipalName === 'string' ? `it signs in as ${userPrincipalName}` : null,
    changes: [],
    toEntra: changesOfDraft({ active: true, attributes: Object.fromEntries(flowing) }),
  };
}

/** Nothing comes of an object, for this reason. */
export function foreseeFailure(reason: string, rule: string | null): Foresight {
  return { decision: 'fail', rule, reason, changes: [] };
}
