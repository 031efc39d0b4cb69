import type { StoredRow } from '../../lib/azure/tables.ts';
import type { Handling } from './steps.ts';

type State = 'active' | 'inactive' | 'gone';

/** An entry has come into a state, by the application's own hand or by the sync's. */
interface Turn {
  readonly state: State;
  readonly isOwn: boolean;
  /** How many turns there were before, of all entries. */
  readonly at: number;
}

/**
 * Watches what the sync disables and deletes in Entra, at the moment when it does. The application
 * must have wished it: its entry was inactive, or gone, by the application's own hand when the present
 * handling began, or has become so since.
 */
export class Wishes {
  /** Sentences on what was taken away in Entra that the application had not wished. */
  readonly violations: string[] = [];
  #turns = 0;
  readonly #lives = new Map<string, Turn[]>();
  readonly #begins = new WeakMap<Handling, number>();
  readonly #current: () => Handling | undefined;

  constructor(current: () => Handling | undefined) {
    this.#current = current;
  }

  begin(handling: Handling): void {
    this.#begins.set(handling, this.#turns);
  }

  readonly written = (name: string, before: StoredRow | undefined, after?: StoredRow): void => {
    const row = after ?? before;
    if (name !== 'directory' || !row || !/^[ug]:/.test(row.rowKey)) return;
    const states = [before, after].map(stateOf);
    const [was, is = 'gone'] = states;
    if (was === is) return;
    const entraId = String((before ?? row).externalId);
    const turn = { state: is, isOwn: this.#current() === undefined, at: this.#turns };
    this.#lives.set(entraId, [...(this.#lives.get(entraId) ?? []), turn]);
    this.#turns += 1;
  };

  /** Whether the application has deleted the entry, and nobody has made it again. */
  gaveUp(entraId: string): boolean {
    const last = this.#lives.get(entraId)?.at(-1);
    return last?.isOwn === true && last.state === 'gone';
  }

  readonly took = (what: 'disabled' | 'deleted', entraId: string): void => {
    const handling = this.#current();
    const since = (handling && this.#begins.get(handling)) ?? 0;
    const turns = this.#lives.get(entraId) ?? [];
    const known = [
      turns.findLast(({ at }) => at < since),
      ...turns.filter(({ at }) => at >= since),
    ];
    const isWished = known.some((turn) => {
      if (!turn?.isOwn) return false;
      return turn.state === 'gone' || (what === 'disabled' && turn.state === 'inactive');
    });
    if (!isWished) this.violations.push(`${entraId} was ${what} in Entra, and nobody wished it`);
  };
}

/** @returns undefined where there is no row */
function stateOf(row: StoredRow | undefined): State | undefined {
  if (!row) return undefined;
  if (row.removed === true) return 'gone';
  return row.active === false ? 'inactive' : 'active';
}
