import type { Page } from '../ports/entra.ts';
import type { PlanRows, StoredPlan } from '../ports/plans.ts';
import type { Item, Kind } from '../sync/entry.ts';
import { countPlanned, type Plan, type PlannedObject, type PlanStep } from '../sync/plan.ts';
import { countMemberships, nestedIn, type RoleGroups, rolesIn } from '../sync/plan-members.ts';
import { closure } from '../sync/rules/closure.ts';
import { dependsOnGroups } from '../sync/rules/rules-of.ts';
import type { Planning } from './plan-judge.ts';
import { type PlanNeeds, planPage } from './plan-page.ts';
import { readPages } from './read-pages.ts';
import { withSide } from './sides.ts';

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
  let nested: RoleGroups | undefined;
  while (reading.plan.step !== 'count') {
    const { step } = reading.plan;
    if (step === 'groups') await readGroups(needs, reading);
    else if (step === 'users') await readUsers(needs, reading);
    else {
      nested ??= await nestedRoles(needs, reading.planning);
      await readMembers(needs, reading, nested);
    }
    if (reading.isOver()) return false;
  }
  return true;
}

async function readGroups(needs: PlanNeeds, reading: PlanReading): Promise<void> {
  const { planning, plan } = reading;
  const page = await readPage(needs, reading, 'group');
  const { objects, claims } = await planPage(needs, planning, page.items);
  const isRuling = dependsOnGroups(planning.rules);
  const memberships = plan.memberships + membershipsOf(page.items, objects);
  const counts = countPlanned(plan.counts, objects);
  const found = { ...placeAfter(page, isRuling ? 'members' : 'users'), counts, memberships };
  const roles = rolesIn(page.items, rootRoles(planning));
  const rows = isRuling ? { nested: nestedIn(page.items), roles } : {};
  await save(needs, reading, found, { ...rows, objects, claims });
}

/** Members of the groups that the rules name are known already; here are those of the others. */
async function readMembers(
  needs: PlanNeeds,
  reading: PlanReading,
  nested: RoleGroups,
): Promise<void> {
  if (nested.every((groups) => groups.size === 0))
    return save(needs, reading, { step: 'users', link: null });
  const page = await readPage(needs, reading, 'group');
  const roles = rolesIn(page.items, nested);
  return save(needs, reading, placeAfter(page, 'users'), { roles });
}

async function readUsers(needs: PlanNeeds, reading: PlanReading): Promise<void> {
  const page = await readPage(needs, reading, 'user');
  const { objects, claims } = await planPage(needs, reading.planning, page.items);
  const counts = countPlanned(reading.plan.counts, objects);
  await save(needs, reading, { ...placeAfter(page, 'count'), counts }, { objects, claims });
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

/** The groups that are nested in those, at any depth. */
async function nestedRoles({ plans }: PlanNeeds, planning: Planning): Promise<RoleGroups> {
  const { connection, planId, rules } = planning;
  const nested = await plans.nested(connection.id, planId);
  // A full reading shows no members of groups that are deleted.
  const none = new Set<string>();
  return Object.values(rules.roots).map(
    (roots) => new Set([...closure(roots, nested, none)].filter((id) => !roots.includes(id))),
  );
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
