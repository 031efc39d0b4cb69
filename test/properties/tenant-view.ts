import type { Kind } from '../../lib/sync/entry.ts';

/** `soft`: in the bin, may be restored. `purged`: gone for good. */
export type Life = 'live' | 'soft' | 'purged';

export interface TenantUser {
  readonly id: string;
  life: Life;
  userName: string;
  displayName: string;
  title: string | null;
  enabled: boolean;
  /** What the sync wrote into an extension attribute when it made the user. */
  marker?: string;
  /** Undefined: nothing was ever said of one. */
  manager: string | null | undefined;
}

export interface TenantGroup {
  readonly id: string;
  life: Life;
  displayName: string;
  /** Of one that the sync has made. */
  nickname?: string;
  readonly members: Set<string>;
  /** Members that it once had: a first round names them as removed (Graph docs: group delta). */
  readonly formerMembers: Set<string>;
}

/** What is to be known of a tenant, now or as it stood when so much had been said. */
export interface TenantView {
  readonly users: ReadonlyMap<string, TenantUser>;
  readonly groups: ReadonlyMap<string, TenantGroup>;
  lifeOf(id: string): Life | undefined;
  kindOf(id: string): Kind;
}

/** A tenant as it stood once, which is how a replica that lags behind still shows it. */
export interface PastView extends TenantView {
  /** How many items the feed held then. */
  readonly said: Readonly<Record<Kind, number>>;
}

/** Keeps a tenant as it stands. */
export function keepView(tenant: TenantView, said: Readonly<Record<Kind, number>>): PastView {
  const users = structuredClone(tenant.users);
  const groups = structuredClone(tenant.groups);
  return {
    users,
    groups,
    said: { ...said },
    lifeOf: (id) => (users.get(id) ?? groups.get(id))?.life,
    kindOf: (id) => (users.has(id) ? 'user' : 'group'),
  };
}
