import type { Counters } from '../counters.ts';
import type { Edge } from '../edge.ts';
import type { Link } from '../link.ts';
import type { Cause, Fact, Told } from './audit-entry.ts';
import { droppedFacts, type EdgeStep, edgeFacts } from './edge-facts.ts';
import { type LinkStep, linkFacts } from './link-facts.ts';

/** A change of a lane's rows, as far as it can tell a history anything. */
export type Step =
  | LinkStep
  | EdgeStep
  | { readonly dropEdge: Edge; readonly count?: Counters }
  | { readonly dropLink: Link; readonly count?: Counters }
  | { readonly nothing: true };

/** What a change tells of which objects: see {@link Fact}. */
export function factsOf(step: Step, cause: Cause): Told[] {
  if ('link' in step) {
    const { entraId: objectId, kind } = step.link;
    return linkFacts(step, cause).map((fact) => ({ objectId, kind, fact: short(fact) }));
  }
  // An object that was made is told of under its own id, when it is tied.
  if ('dropLink' in step) return [];
  if ('edge' in step) return edgeFacts(step);
  return 'dropEdge' in step ? droppedFacts(step.dropEdge, step.count) : [];
}

const MOST_NAMES = 64;
const LONGEST_TEXT = 500;

/** A row has bounds, and so has what people read. */
function short(fact: Fact): Fact {
  const { attributes, detail, evidence } = fact;
  return {
    ...fact,
    ...(attributes && { attributes: attributes.slice(0, MOST_NAMES) }),
    ...(detail !== undefined && { detail: detail.slice(0, LONGEST_TEXT) }),
    ...(evidence !== undefined && { evidence: evidence.slice(0, LONGEST_TEXT) }),
  };
}

/** Adds a fact to others of the same object: what only differs in its ids becomes one. */
export function withFact(facts: readonly Fact[], fact: Fact): readonly Fact[] {
  const at = facts.findIndex((other) => fact.ids && other.ids && isAlike(other, fact));
  if (at < 0) return [...facts, fact];
  return facts.map((other, index) =>
    index === at ? { ...other, ids: [...(other.ids ?? []), ...(fact.ids ?? [])] } : other,
  );
}

function isAlike(a: Fact, b: Fact): boolean {
  return (
    a.did === b.did && a.loss === b.loss && a.evidence === b.evidence && a.approved === b.approved
  );
}
