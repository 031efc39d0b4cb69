import type { AppEntry } from './application.ts';
import type { Connected } from './connected.ts';
import type { PlannedView } from './preview-api.ts';
import type { World } from './world.ts';

/** What is stored of an object's tie to the application. */
interface Tie {
  readonly appId: string | undefined;
  /** Why it is not in step. */
  readonly dirty: string | undefined;
}

/** Both sides of a connection at one moment. */
export interface Snapshot {
  /** By Entra id. */
  readonly ties: ReadonlyMap<string, Tie>;
  /** By the application's id. */
  readonly entries: ReadonlyMap<string, AppEntry>;
}

export async function snapshot(world: World, { connectionId, app }: Connected): Promise<Snapshot> {
  const rows = [...(await world.rows(['links'])).values()].filter(
    ({ partitionKey, rowKey }) =>
      String(partitionKey).startsWith(`${connectionId}:`) && String(rowKey).startsWith('l:'),
  );
  const { users, groups } = await app.read();
  return {
    ties: new Map(rows.map((row) => [String(row.rowKey).slice(2), tieOf(row)])),
    entries: new Map([...users.values(), ...groups.values()].map((entry) => [entry.id, entry])),
  };
}

function tieOf({ appId, dirtyReason }: Readonly<Record<string, unknown>>): Tie {
  return {
    appId: typeof appId === 'string' ? appId : undefined,
    dirty: typeof dirtyReason === 'string' ? dirtyReason : undefined,
  };
}

/**
 * Compares what a plan foresaw with what a run has done, object by object and value by value.
 * @returns a line for each object of which something else came
 */
export function surprises(
  plan: ReadonlyMap<string, PlannedView>,
  before: Snapshot,
  after: Snapshot,
): string[] {
  return [...plan.values()].flatMap((planned) => {
    const { decision, base, now } = outcomeOf(planned.id, before, after);
    const name = `${planned.kind} ${planned.name} (${planned.rule}, ${planned.reason})`;
    if (decision !== planned.decision)
      return [
        `${name}: ${planned.decision}, was ${decision}, from ${stateOf(base)} to ${stateOf(now)}`,
      ];
    const expected = stateOf(applied(planned, base));
    const found = stateOf(now);
    return decision === 'out' || decision === 'fail' || decision === 'skip' || expected === found
      ? []
      : [`${name}: foreseen ${expected}, was ${found}`];
  });
}

interface Outcome {
  readonly decision: string;
  /** The entry as it was before. */
  readonly base: AppEntry | undefined;
  readonly now: AppEntry | undefined;
}

/** These are recorded, and are no failures. */
const NO_FAILURES = new Set(['existing', 'held', 'removal', 'no-seat', 'grace']);

function outcomeOf(id: string, before: Snapshot, after: Snapshot): Outcome {
  const tie = after.ties.get(id);
  const old = entryOf(id, before);
  const now = entryOf(id, after);
  const adopted = now && !old ? before.entries.get(now.id) : undefined;
  const base = old ?? adopted;
  if (tie?.dirty === 'existing') return { decision: 'skip', base, now };
  if (tie?.dirty !== undefined && !NO_FAILURES.has(tie.dirty))
    return { decision: 'fail', base, now };
  if (!now) return { decision: old ? 'delete' : 'out', base, now };
  if (adopted) return { decision: 'adopt', base, now };
  if (!old) return { decision: 'create', base, now };
  if (old.active && !now.active) return { decision: 'deactivate', base, now };
  return { decision: stateOf(old) === stateOf(now) ? 'none' : 'update', base, now };
}

function entryOf(id: string, { ties, entries }: Snapshot): AppEntry | undefined {
  return entries.get(ties.get(id)?.appId ?? '');
}

type State = Pick<AppEntry, 'active' | 'attributes'>;

function applied({ decision, changes }: PlannedView, base: State | undefined): State | undefined {
  if (decision === 'delete') return undefined;
  let active = base?.active ?? true;
  const attributes: Record<string, AppEntry['attributes'][string]> = { ...base?.attributes };
  for (const { attribute, to } of changes) {
    if (attribute === 'active') active = to === true;
    else if (to === null) delete attributes[attribute];
    else attributes[attribute] = to;
  }
  return { active, attributes };
}

/** As text, in one order; sets have none. */
function stateOf(state: State | undefined): string {
  if (!state) return 'nothing';
  const names = Object.keys(state.attributes).sort();
  const values = names.map((name) => [name, ...textsOf(state.attributes[name])]);
  return JSON.stringify([state.active, values]);
}

function textsOf(value: AppEntry['attributes'][string] | undefined): string[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.map(String).sort();
}
