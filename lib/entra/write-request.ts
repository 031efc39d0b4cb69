import type { Kind } from '../sync/entry.ts';
import { COLLECTION } from './collection.ts';
import type { GraphBase } from './graph-base.ts';
import type { GraphAnswer } from './graph-error.ts';
import { isGuid } from './guid.ts';

/** One write as a part of a batch. */
export interface WriteRequest {
  /** POST makes an object, and is the only one that does harm when it is sent twice. */
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the version, with a leading slash. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly subject: WriteSubject;
  /** Whether a refusal says that it is so already. */
  readonly isSoAlready?: (answer: GraphAnswer) => boolean;
}

/** What is written. */
export interface WriteSubject {
  readonly kind: Kind;
  /** Absent where it is being made. */
  readonly id?: string;
  readonly part: 'object' | 'members' | 'manager';
}

/** The path of an object; the id is a GUID. */
export function objectPath(kind: Kind, id: string): string {
  return `${COLLECTION[kind]}/${checkedId(id)}`;
}

/**
 * The path of a membership, to be deleted. Without `/$ref` the request would delete the member
 * itself (Graph docs: remove member), so that this is the only place where such a path is made.
 */
export function membershipPath(groupId: string, memberId: string): string {
  return `${objectPath('group', groupId)}/members/${checkedId(memberId)}/$ref`;
}

/** The path of the link to a user's manager. */
export function managerPath(userId: string): string {
  return `${objectPath('user', userId)}/manager/$ref`;
}

/** The address by which a body names an object. */
export function referenceTo({ root }: GraphBase, id: string): string {
  return `${root}/directoryObjects/${checkedId(id)}`;
}

/** Callers have sorted out what is none; nothing else must ever get into a path. */
function checkedId(id: string): string {
  if (!isGuid(id)) throw new TypeError('an id of Entra is no GUID');
  return id;
}
