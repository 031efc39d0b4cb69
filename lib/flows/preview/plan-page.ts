import type { Services } from '../../ports.ts';
import type { Item, Properties } from '../../sync/entry.ts';
import { fold, needsProof } from '../../sync/fold.ts';
import type { Link } from '../../sync/link.ts';
import { foreseeFailure, type PlannedObject } from '../../sync/plan.ts';
import { chooseUnique } from '../entries/choose-unique.ts';
import { findAlive } from '../lanes/find-alive.ts';
import { isTooLarge } from '../lanes/fold-items.ts';
import { aloneCases, type Case, compareCases, createCases, type Open } from './plan-cases.ts';
import { adoptionText, type Claims, withForeseen } from './plan-claims.ts';
import { settleClaims, settleNames } from './plan-clashes.ts';
import { type Planning, planJudge } from './plan-judge.ts';
import { linksOf } from './plan-names.ts';

export type PlanNeeds = Pick<Services, 'directories' | 'lanes' | 'ties' | 'plans' | 'clock'>;

/** What a plan says of a page of objects, and the texts that those claim. */
export interface PlannedPage {
  readonly objects: readonly PlannedObject[];
  readonly claims: Claims;
  /** Groups that take part. */
  readonly imported: readonly string[];
}

/**
 * Foresees what a run would do about a page of objects: as the lanes do it, but nothing is written.
 * What is linked is folded as a lane would fold it, judged by the plan's rules, and compared with
 * the application's entry of now.
 */
export async function planPage(
  needs: PlanNeeds,
  planning: Planning,
  items: readonly Item[],
): Promise<PlannedPage> {
  const { links, stored, tooLarge } = await foldAll(needs, planning, items);
  const open = await judgeAll(needs, planning, { links, stored });
  const isLarge = ({ work }: Open) => tooLarge.has(work.link.entraId);
  const fit = open.filter((one) => !isLarge(one));
  const cases = [
    ...open.filter(isLarge).map(tooLargeCase),
    ...aloneCases(fit),
    ...(await createCases(needs, planning, fit)),
    ...(await compareCases(needs, planning, fit)),
  ];
  const named = await settleNames(needs, planning, cases);
  const settled = await settleClaims(needs, planning, named);
  const objects = settled.cases.filter(isToTell).map(toObject);
  const claims = new Map([...settled.claims, ...adoptionsIn(settled.cases)]);
  return { objects, claims, imported: settled.cases.flatMap(importedGroup) };
}

interface Links {
  /** As a run would have them that has seen the page. */
  readonly links: readonly Link[];
  readonly stored: ReadonlyMap<string, Link>;
}

async function foldAll(
  needs: PlanNeeds,
  planning: Planning,
  items: readonly Item[],
): Promise<Links & { readonly tooLarge: ReadonlySet<string> }> {
  const stored = await linksOf(
    needs,
    planning,
    items.map(({ id }) => id),
  );
  const gone = new Set(items.filter(({ removed }) => removed).map(({ id }) => id));
  const doubtful = items.filter(
    (item) => !item.removed && (needsProof(stored.get(item.id), item) || gone.has(item.id)),
  );
  const alive = await findAlive(needs, planning.connection, doubtful);
  const now = new Map<string, Link>();
  const tooLarge = new Set<string>();
  for (const item of items) {
    const before = now.get(item.id) ?? stored.get(item.id);
    const isAlive = alive.has(item.id);
    // Old changes can show again: a run passes over those too.
    if (needsProof(before, item) && !isAlive) continue;
    const link = fold(before, item, {
      runId: planning.planId,
      alive: isAlive,
      now: needs.clock.now(),
    });
    if (!link) continue;
    now.set(item.id, link);
    if (isTooLarge(link.seen, item)) tooLarge.add(item.id);
  }
  return { links: [...now.values()], stored, tooLarge };
}

async function judgeAll(
  needs: PlanNeeds,
  planning: Planning,
  { links, stored }: Links,
): Promise<readonly Open[]> {
  const objects = links.map(({ kind, entraId }) => ({ kind, id: entraId }));
  const judge = await planJudge(needs, planning, objects);
  const work = links.map((link) => ({
    link,
    from: stored.get(link.entraId),
    decision: judge.decide(link, planning.reassert),
  }));
  const own = new Set(objects.map(({ id }) => id));
  const foreseen = withForeseen(needs, planning, own);
  const chosen = await chooseUnique(foreseen, planning.connection, judge, work);
  return chosen.map((one) => ({ work: one, standing: judge.standing(one.link) }));
}

function tooLargeCase(one: Open): Case {
  const reason = 'too-large: the object is larger than Tandem can keep';
  return { ...one, foresight: foreseeFailure(reason, null) };
}

/** Entries that are adopted stand for their objects from then on. */
function adoptionsIn(cases: readonly Case[]): (readonly [string, string])[] {
  return cases.flatMap(({ work: { link }, entry, foresight }) => {
    const isAdopted = foresight.decision === 'adopt' && entry;
    return isAdopted ? [[adoptionText(entry.id), link.entraId] as const] : [];
  });
}

function importedGroup({ work: { link }, standing }: Case): string[] {
  const isIn = link.kind === 'group' && !link.seen.removed && standing.is !== 'out';
  return isIn ? [link.entraId] : [];
}

/** Of what is deleted in Entra a plan tells only where the application is to follow. */
function isToTell({ work, foresight }: Case): boolean {
  return work.link.seen.removed === undefined || foresight.decision !== 'none';
}

function toObject({ work: { link }, foresight }: Case): PlannedObject {
  const { kind, entraId: id, seen } = link;
  return { kind, id, name: nameIn(seen.properties), ...foresight };
}

function nameIn({ displayName, userPrincipalName }: Properties): string | null {
  const name = displayName ?? userPrincipalName;
  return typeof name === 'string' ? name : null;
}
