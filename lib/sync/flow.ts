import type { Side } from './entry.ts';

/** Which ways a value flows, and whose stays where both sides have changed it. */
export interface Flow {
  readonly toApp: boolean;
  readonly toEntra: boolean;
  readonly winner: Side;
  /** Entra does not let it be empty. */
  readonly isRequired: boolean;
  /** What only the application has changed is set right at once: that was no wish of its own. */
  readonly isAsserted?: boolean;
}

/** What flows of one kind of object, attribute by attribute. */
export interface Flows<Own extends Flow = Flow> {
  /** Those that reach Entra, by their names in the application. */
  readonly attributes: ReadonlyMap<string, Own>;
  readonly others: Flow;
  readonly active: Flow;
}

const NOWHERE: Flow = { toApp: false, toEntra: false, winner: 'entra', isRequired: false };

/** What flows into the application alone, or not even there. */
export function importAlone(toApp: boolean): Flow {
  return { ...NOWHERE, toApp };
}

/** What Entra's side says counts, whatever the application holds. */
export function asserted(toApp: boolean): Flow {
  return { ...NOWHERE, toApp, isAsserted: true };
}
