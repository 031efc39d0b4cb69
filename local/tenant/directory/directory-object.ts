/** A value as it stands in JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Under Graph's names. A name that is absent was never set; null means it was cleared. */
export type Properties = Readonly<Record<string, Json>>;

export type ObjectKind = 'user' | 'group' | 'device';

/** One version of an object. Versions are never altered, only replaced. */
export interface ObjectState {
  readonly properties: Properties;
  /** Set while the object lies among the deleted items; milliseconds. */
  readonly deletedAt?: number | undefined;
  /** Gone for good; only the id is left. */
  readonly purged?: boolean;
  readonly managerId?: string | undefined;
}

/** When, in sequence numbers of the change feed, something last changed. */
interface ChangeMarks {
  last: number;
  /** Creation or restoration: from there on everything about the object is new. */
  born: number;
  /** Soft or hard deletion. */
  gone: number;
  /** By property; filled only once something has changed. */
  properties: Map<string, number> | undefined;
  managers: ManagerChange[] | undefined;
}

interface ManagerChange {
  readonly sequence: number;
  readonly before: string | undefined;
}

/** A member's place in a group. Places are never given up, so that cursors stay valid. */
export interface MemberLink {
  readonly member: DirectoryObject;
  /** Whether it is a member, for those who write. */
  present: boolean;
  /** Whether replicas already show it as a member. */
  visible: boolean;
  /** Sequence of the last change that replicas show. */
  last: number;
}

/** One change of membership that replicas show. */
interface MemberChange {
  readonly sequence: number;
  /** Sequence of the same link's change before this one. */
  readonly previous: number;
  readonly link: MemberLink;
}

/** A group's members in the order in which they first joined, and how they changed. */
export interface Membership {
  readonly links: MemberLink[];
  /** By member id; built when somebody first asks, because most groups are only ever read. */
  byMember: Map<string, MemberLink> | undefined;
  readonly history: MemberChange[];
}

/** A user, group or device. */
export interface DirectoryObject {
  readonly id: string;
  readonly kind: ObjectKind;
  /** Holds a directory role; nothing that Graph shows of a user tells it. */
  isAdministrator: boolean;
  /** What writes see. */
  state: ObjectState;
  /** What replicas show: undefined = the same, null = they do not know the object yet. */
  replica: ObjectState | null | undefined;
  /** Changes that replicas do not show yet, and the time when the last of them will. */
  pending: number;
  pendingUntil: number;
  readonly marks: ChangeMarks;
  /** Only groups have one. */
  readonly membership: Membership | undefined;
  /** The groups it is a direct member of. */
  readonly memberOf: DirectoryObject[];
  /** Those whose manager it is. */
  reports: Set<DirectoryObject> | undefined;
}

/** An object that nobody has changed yet. */
export function newObject(kind: ObjectKind, id: string, state: ObjectState): DirectoryObject {
  return {
    id,
    kind,
    isAdministrator: false,
    state,
    replica: undefined,
    pending: 0,
    pendingUntil: 0,
    marks: { last: 0, born: 0, gone: 0, properties: undefined, managers: undefined },
    membership: kind === 'group' ? { links: [], byMember: undefined, history: [] } : undefined,
    memberOf: [],
    reports: undefined,
  };
}

/** A member's place in the group, also where it has left since. */
export function linkOf(membership: Membership, memberId: string): MemberLink | undefined {
  membership.byMember ??= new Map(membership.links.map((link) => [link.member.id, link]));
  return membership.byMember.get(memberId);
}

/** The version that replicas show; undefined where they do not know the object. */
export function visibleState(object: DirectoryObject): ObjectState | undefined {
  return object.replica === null ? undefined : (object.replica ?? object.state);
}

/** Neither soft-deleted nor purged. */
export function isLive(state: ObjectState | undefined): state is ObjectState {
  return state !== undefined && state.deletedAt === undefined && state.purged !== true;
}
