import { createHash } from 'node:crypto';
import type { Writer } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';

const PREFIX = { user: 'u:', group: 'g:' } as const;

/** Names are hashed, since Table Storage forbids `/`, `\`, `#` and `?` in keys. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The row of an entry. */
export function entryKey(kind: Kind, id: string): string {
  return `${PREFIX[kind]}${id}`;
}

/** The id in an entry's row key. */
export function idOfKey(rowKey: string): string {
  return rowKey.slice(rowKey.indexOf(':') + 1);
}

/** The id at the end of the row key of a look-up or a membership. */
export function idOfLookup(rowKey: string): string {
  return rowKey.slice(rowKey.lastIndexOf(':') + 1);
}

/** What all rows of a kind begin with. */
export function entryPrefix(kind: Kind): string {
  return PREFIX[kind];
}

/** The claim of a user's name. */
export function userNameKey(userName: string): string {
  return `un:${hash(foldName(userName))}`;
}

/** The claim of the other side's id, which is compared exactly. */
export function externalIdKey(kind: Kind, externalId: string): string {
  return `ux:${kind}:${hash(externalId)}`;
}

/** The look-up of an entry whose externalId another one claims: it lies right behind the claim. */
export function sharedExternalIdKey(kind: Kind, externalId: string, id: string): string {
  return `${externalIdKey(kind, externalId)}:${id}`;
}

/** The claim of a group's name, which SCIM clients take and the sync does not. */
export function groupNameKey(displayName: string): string {
  return `gc:${hash(foldName(displayName))}`;
}

/** The claim of one of a user's aliases. */
export function aliasKey(alias: string): string {
  return `ua:${hash(foldName(alias))}`;
}

const DISPLAY_NAME = { user: 'dn:', group: 'gn:' } as const;

/** The look-up by display name; several may share one. Without an id, what those begin with. */
export function displayNameKey(kind: Kind, displayName: string, id: string): string {
  return `${DISPLAY_NAME[kind]}${hash(foldName(displayName))}:${id}`;
}

/** The look-up of a user by work mail; several may share one. Without an id, what those begin with. */
export function mailKey(mail: string, id: string): string {
  return `em:${hash(foldName(mail))}:${id}`;
}

/** The counters that writers with this slot move. */
export function counterKey(slot: number): string {
  return `n:${slot}`;
}

/** The membership as its group sees it; without a member, what its memberships begin with. */
export function memberOfGroupKey(groupId: string, memberId: string): string {
  return `g:${groupId}:${memberId}`;
}

/** The membership as its member sees it; without a group, what its memberships begin with. */
export function groupOfMemberKey(memberId: string, groupId: string): string {
  return `m:${memberId}:${groupId}`;
}

const MARKS = { app: 'o:', entra: 'p:' } as const;

/** What the marks of a writer begin with, in both tables. */
export function markPrefix(by: Writer): string {
  return MARKS[by];
}

/** What says that a writer has changed an entry. */
export function entryMarkKey(by: Writer, kind: Kind, id: string): string {
  return `${MARKS[by]}${kind}:${id}`;
}

/** What says that a writer has changed a membership. */
export function memberMarkKey(by: Writer, groupId: string, memberId: string): string {
  return `${MARKS[by]}${groupId}:${memberId}`;
}

/** The key itself and those that lie behind it under a colon. */
export function withThoseBehind(key: string): { readonly from: string; readonly to: string } {
  return { from: key, to: `${key};` };
}

/** The keys that begin with `prefix`, which ends in a colon: a semicolon is the next character. */
export function startingWith(prefix: string): { readonly from: string; readonly to: string } {
  return { from: prefix, to: `${prefix.slice(0, -1)};` };
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this directory can have given the id; others never reach a key. */
export function isEntryId(id: string): boolean {
  return ID.test(id);
}
