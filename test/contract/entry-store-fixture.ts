import { randomUUID } from 'node:crypto';
import type { Draft, EntryStore, Outcome } from '../../lib/ports/application.ts';
import type { Attributes, Entry, Kind } from '../../lib/sync/entry.ts';

/** How the suite reads a store back, beside the port itself. */
export interface StoreUnderTest {
  readonly store: EntryStore;
  /** Another opening of the same directory, as a second process would have it. */
  readonly other: EntryStore;
  entries(kind: Kind): Promise<readonly (Entry & { readonly managerId?: string })[]>;
  /** As `groupId>memberId`, sorted. */
  memberships(): Promise<readonly string[]>;
  counts(): Promise<{ readonly users: number; readonly groups: number }>;
}

/** What every part of the suite works with; the store is there once the tests run. */
export interface Fixture {
  readonly test: StoreUnderTest;
  /** Creates entries, all of which must succeed. */
  create(drafts: readonly Draft[]): Promise<readonly Entry[]>;
  one(draft: Draft): Promise<Entry>;
  reread(entry: Entry): Promise<Entry | undefined>;
}

const WORK_MAIL = 'emails[type eq "work"].value';

/** A user that nobody else's externalId names. */
export function userDraft(userName: string, attributes: Attributes = {}): Draft {
  return {
    kind: 'user',
    externalId: randomUUID(),
    active: true,
    attributes: { userName, displayName: userName, [WORK_MAIL]: userName, ...attributes },
  };
}

export function groupDraft(displayName: string): Draft {
  return { kind: 'group', externalId: randomUUID(), active: true, attributes: { displayName } };
}

/** The value of an outcome that must be a success. */
export function successOf<T>(outcome: Outcome<T> | undefined): T {
  if (!outcome?.ok) throw new Error(`no success: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** `ok`, or why not. */
export function reasons(outcomes: readonly Outcome<unknown>[]): readonly string[] {
  return outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));
}

/** A change of the entry as it is. */
export function change(entry: Entry, set: Attributes, clear: readonly string[] = []) {
  return { kind: entry.kind, id: entry.id, version: entry.version, set, clear };
}

export function fixtureOf(opened: () => StoreUnderTest): Fixture {
  const create = async (drafts: readonly Draft[]) =>
    (await opened().store.create(drafts, 0)).map(successOf);
  return {
    get test() {
      return opened();
    },
    create,
    one: async (draft) => {
      const [entry] = await create([draft]);
      if (!entry) throw new Error('nothing was created');
      return entry;
    },
    reread: async (entry) => (await opened().store.read(entry.kind, [entry.id])).get(entry.id),
  };
}
