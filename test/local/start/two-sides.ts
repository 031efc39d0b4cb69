import type { Entry, Json, Kind } from '../../../lib/sync/entry.ts';
import { map } from '../../../lib/sync/rules/map.ts';
import { rulesOf } from '../../../lib/sync/rules/rules-of.ts';
import type { Sides } from '../../../local/start/compare/compare-sides.ts';
import { DEMO_RULES } from '../../../local/start/demo-rules.ts';

interface TenantObject {
  readonly kind: Kind;
  readonly id: string;
  readonly manager: string | null;
  readonly members: { readonly id: string; readonly kind: string }[];
  readonly properties: Record<string, Json>;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
export type AppEntry = Writable<Entry> & { managerId?: string };

/** Two small directories that agree until a test changes one of them. */
export interface TwoSides {
  readonly tenant: TenantObject[];
  readonly entries: AppEntry[];
  readonly memberships: { groupId: string; memberId: string }[];
  readonly softDeleted: Set<string>;
  readonly sides: () => Sides;
}

/** The application's id of an Entra object. */
export const appIdOf = (entraId: string) => `app-${entraId}`;

const user = (number: number, manager: string | null): TenantObject => ({
  kind: 'user',
  id: `u${number}`,
  manager,
  members: [],
  properties: {
    userPrincipalName: `person${number}@example.com`,
    displayName: `Person ${number}`,
    givenName: 'Person',
    surname: String(number),
    accountEnabled: number !== 3,
    businessPhones: [`+49 ${number}`],
    jobTitle: null,
    notMapped: { deep: [1, 2] },
  },
});

const group = (id: string, members: readonly string[]): TenantObject => ({
  kind: 'group',
  id,
  manager: null,
  members: members.map((member) => ({ id: member, kind: kindOf(member) })),
  properties: { displayName: `Group ${id}` },
});

function kindOf(id: string): string {
  if (id.startsWith('d')) return 'device';
  return id.startsWith('g') ? 'group' : 'user';
}

/** Three users, the last one disabled, the first one the manager of the others; two groups, nested. */
export function twoSides(): TwoSides {
  const tenant = [
    user(1, null),
    user(2, 'u1'),
    user(3, 'u1'),
    group('g1', ['u1', 'u2', 'g2', 'd1']),
    group('g2', ['u3']),
  ];
  const softDeleted = new Set<string>();
  const entries = tenant.map(entryOf);
  const memberships = tenant.flatMap(({ id, members }) =>
    members
      .filter(({ kind }) => kind !== 'device')
      .map((member) => ({ groupId: appIdOf(id), memberId: appIdOf(member.id) })),
  );
  const sides = (): Sides => ({
    entra: stream(tenant.flatMap(linesOf)),
    app: {
      listEntries: (kind) => stream(entries.filter((entry) => entry.kind === kind)),
      listMemberships: () => stream(memberships),
    },
    isSoftDeleted: async (id) => softDeleted.has(id),
  });
  return { tenant, entries, memberships, softDeleted, sides };
}

function entryOf({ kind, id, manager, properties }: TenantObject): AppEntry {
  const context = { now: 0, random: () => 0 };
  const { half } = map(kind, properties, rulesOf({ rules: DEMO_RULES }), { context });
  const { active, attributes } = half;
  const managerId = manager === null ? {} : { managerId: appIdOf(manager) };
  return { kind, id: appIdOf(id), externalId: id, active, attributes, version: '1', ...managerId };
}

/** A group's members come one a line, as those of a large group do. */
function linesOf({ kind, id, manager, members, properties }: TenantObject): string[] {
  const object = { kind, id, ...properties };
  if (kind === 'user') return [JSON.stringify({ ...object, manager })];
  if (members.length === 0) return [JSON.stringify({ ...object, members })];
  return members.map((member) => JSON.stringify({ ...object, members: [member] }));
}

async function* stream<T>(some: readonly T[]): AsyncGenerator<T> {
  yield* some;
}
