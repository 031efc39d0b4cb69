import type { Page } from '../../ports/entra.ts';
import type { PlanRows, StoredPlan } from '../../ports/plans.ts';
import type { Item, Kind } from '../../sync/entry.ts';
import { countPlanned, type Plan, type PlannedObject, type PlanStep } from '../../sync/plan.ts';
import {
  countMemberships,
  nestedIn,
  passedIn,
  type RoleGroups,
  rolesIn,
} from '../../sync/plan-members.ts';
import { closure } from '../../sync/rules/closure.ts';
import { flatSets, flattens, holdersIn } from '../../sync/rules/flattened.ts';
import { goesByNesting } from '../../sync/rules/rules-of.ts';
import { readPages } from '../poll/read-pages.ts';
import { withSide } from '../sides.ts';
import type { Planning } from './plan-judge.ts';
import { foreseesNewcomers, planEntries } from './plan-newcomers.ts';
import { type PlanNeeds, planPage } from './plan-page.ts';

/** A plan that is being read. */
export interface PlanReading {
  readonly planning: Planning;
  /** There is no time left for another page. */
  readonly isOver: () => boolean;
  plan: StoredPlan;
}

/**
 * Reads for a plan from where it is: groups, then users. Which groups decide about users is known
 * when all groups are read: where some of those are nested in groups that the rules name, groups are
 * read once more, for their members. So nothing is held in memory but the groups in groups.
 * @returns whether all is read; false where the time is over
 */
export async function readForPlan(needs: PlanNeeds, reading: PlanReading): Promise<boolean> {
  let nested: NestedGroups | undefined;
  while (reading.plan.step !== 'count') {
    const { step } = reading.plan;
    if (step === 'groups') await readGroups(needs, reading);
    else if (step === 'users') await readUsers(needs, reading);
    else if (step === 'entries') await readEntriesUnknown(needs, reading);
    else {
      nested ??= await nestedGroups(needs, reading.planning);
      await readMembers(needs, reading, nested);
    }
    if (reading.isOver()) return false;
  }
  return true;
}

async function readGroups(needs: PlanNeeds, reading: PlanReading): Promise<void> {
  const { planning, plan } = reading;
  const page = await readPage(needs, reading, 'group');
  const { objects, claims, imported } = await planPage(needs, planning, page.items);
  const isRuling = goesByNesting(planning.rules);
  const memberships = plan.memberships + membershipsOf(page.items, objects);
  const counts = countPlanned(plan.counts, objects);
  const found = { ...placeAfter(page, isRuling ? 'members' : 'users'), counts, memberships };
  const roles = rolesIn(page.items, rootRoles(planning));
  const rows = isRuling ? { nested: nestedIn(page.items), roles } : {};
  const flat = flattens(planning.rules) ? { imported } : {};
  await save(needs, reading, found, { ...rows, ...flat, objects, claims });
}

/** Members of the groups that the rules name are known already; here are those of the others. */
async function readMembers(
  needs: PlanNeeds,
  reading: PlanReading,
  nested: NestedGroups,
): Promise<void> {
  if (nested.roles.every((groups) => groups.size === 0) && nested.holders.size === 0)
    return save(needs, reading, { step: 'users', link: null });
  const page = await readPage(needs, reading, 'group');
  const roles = rolesIn(page.items, nested.roles);
  const passed = passedIn(page.items, nested.holders);
  return save(needs, reading, placeAfter(page, 'users'), { roles, passed });
}

async function readUsers(needs: PlanNeeds, reading: PlanReading): Promise<void> {
  const page = await readPage(needs, reading, 'user');
  const { objects, claims } = await planPage(needs, reading.planning, page.items);
  const counts = countPlanned(reading.plan.counts, objects);
  const next = foreseesNewcomers(reading.planning.rules) ? 'entries' : 'count';
  await save(needs, reading, { ...placeAfter(page, next), counts }, { objects, claims });
}

async function readEntriesUnknown(needs: PlanNeeds, reading: PlanReading): Promise<void> {
  const { planning, plan } = reading;
  const { objects, next } = await planEntries(needs, planning, plan.link);
  const counts = countPlanned(plan.counts, objects);
  const place = next === null ? ({ step: 'count', link: null } as const) : { link: next };
  await save(needs, reading, { ...place, counts }, { objects });
}

function readPage(
  { directories }: PlanNeeds,
  { planning, plan, isOver }: PlanReading,
  kind: Kind,
): Promise<Page> {
  const feed = directories.entra(planning.connection, planning.rules.selection);
  const from = { link: plan.link, mayGoOn: async () => !isOver() };
  return withSide('entra', () => readPages(feed, kind, from));
}

function placeAfter({ nextLink }: Page, next: PlanStep): Pick<Plan, 'link'> & Partial<Plan> {
  return nextLink === undefined ? { step: next, link: null } : { link: nextLink };
}

async function save(
  { plans }: PlanNeeds,
  reading: PlanReading,
  next: Partial<Plan>,
  rows: PlanRows = {},
): Promise<void> {
  const { connection } = reading.planning;
  const well = { stumbles: 0, error: null };
  reading.plan = await plans.save(connection.id, reading.plan, { ...well, ...next }, rows);
}

/** The groups that the rules name, by the number of the role they give. */
function rootRoles({ rules }: Planning): RoleGroups {
  return Object.values(rules.roots).map((groups) => new Set(groups));
}

/** What is known of nested groups once all groups are read. */
interface NestedGroups {
  /** Those that are nested in the groups that the rules name, at any depth. */
  readonly roles: RoleGroups;
  /** The groups to which others pass on their members, by those others. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
}

async function nestedGroups({ plans }: PlanNeeds, planning: Planning): Promise<NestedGroups> {
  const { connection, planId, rules } = planning;
  const nested = await plans.nested(connection.id, planId);
  // A full reading shows no members of groups that are deleted.
  const gone = new Set<string>();
  const roles = Object.values(rules.roots).map(
    (roots) => new Set([...closure(roots, nested, gone)].filter((id) => !roots.includes(id))),
  );
  if (!flattens(rules)) return { roles, holders: new Map() };
  const imported = await plans.imported(connection.id, planId);
  return { roles, holders: holdersIn(flatSets({ nested, gone, imported })) };
}

/** Of groups of which the application has, or gets, an entry. */
function membershipsOf(items: readonly Item[], objects: readonly PlannedObject[]): number {
  const takingPart = new Set(
    objects.filter(({ decision }) => WITH_ENTRY.has(decision)).map(({ id }) => id),
  );
  return countMemberships(items.filter(({ id }) => takingPart.has(id)));
}

const WITH_ENTRY: ReadonlySet<PlannedObject['decision']> = new Set([
  'create',
  'update',
  'adopt',
  'none',
]);
