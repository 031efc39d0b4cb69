import type { Entry, Kind } from '../../sync/entry.ts';
import { draftOf, makesNewcomers } from '../../sync/newcomers/draft.ts';
import { newcomerId } from '../../sync/newcomers/marker.ts';
import { foreseeMaking, type PlannedObject } from '../../sync/plan.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { isUnknown } from '../poll/take-newcomers.ts';
import { appOf, resourcesOf } from '../sides.ts';
import { adoptionText } from './plan-claims.ts';
import type { Planning } from './plan-judge.ts';
import type { PlanNeeds } from './plan-page.ts';

const PAGE = 500;
const KINDS: readonly Kind[] = ['user', 'group'];

/** Entries that Entra is to make objects of, and where the next ones are; null after the last. */
export interface PlannedEntries {
  readonly objects: readonly PlannedObject[];
  readonly next: string | null;
}

/** Whether the rules have anything made in Entra. */
export function foreseesNewcomers(rules: Rules): boolean {
  return KINDS.some((kind) => makesNewcomers(rules, kind));
}

/**
 * Foresees a page of what is to be made in Entra of the application's entries: of those that stand for
 * no object, and that no object of the plan adopts.
 * @param from null at the beginning
 */
export async function planEntries(
  needs: PlanNeeds,
  { connection, planId, rules }: Planning,
  from: string | null,
): Promise<PlannedEntries> {
  const meant = KINDS.filter((kind) => makesNewcomers(rules, kind));
  const [asked, ...rest] = from?.split(' ') ?? [];
  const kind = meant.find((one) => one === asked) ?? meant[0];
  if (!kind) return { objects: [], next: null };
  const page = await resourcesOf(needs, connection).list(kind, rest.join(' ') || undefined, PAGE);
  const ids = page.resources.filter(isUnknown).map(({ id }) => id);
  const adopted = await needs.plans.claims(connection.id, planId, ids.map(adoptionText));
  const open = ids.filter((id) => !adopted.has(adoptionText(id)));
  const app = appOf(needs, connection);
  const entries = await readEntries(
    app,
    open.map((id) => ({ kind, id })),
  );
  const objects = [...entries.values()].map((entry) => foreseen(connection.id, rules, entry));
  const following = meant[meant.indexOf(kind) + 1];
  const next = page.next === undefined ? (following ?? null) : `${kind} ${page.next}`;
  return { objects, next };
}

function foreseen(connectionId: string, rules: Rules, entry: Entry): PlannedObject {
  const { kind, id, attributes } = entry;
  const name = attributes.displayName ?? attributes.userName;
  const draft = draftOf(entry, connectionId, rules);
  return {
    kind,
    id: newcomerId(connectionId, id),
    name: typeof name === 'string' ? name : null,
    ...foreseeMaking(entry, draft, rules.flows[kind].attributes),
  };
}
