import type { DirectoryObject } from '../directory/directory-object.ts';
import type { Caller } from './graph-call.ts';
import { accessDenied } from './graph-error.ts';

/** Properties that are sensitive on administrators (Graph docs: users overview). */
const SENSITIVE: ReadonlySet<string> = new Set([
  'accountEnabled',
  'businessPhones',
  'mobilePhone',
  'onPremisesImmutableId',
  'otherMails',
  'passwordProfile',
  'userPrincipalName',
]);

/** Directory roles that let an application do what is sensitive; which administrator it is about is all one. */
const TRUSTED: readonly string[] = [
  'User Administrator',
  'Privileged Authentication Administrator',
  'Global Administrator',
];

/** Whether the application holds a directory role besides its permissions. */
export function isTrusted(caller: Caller): boolean {
  return TRUSTED.some((role) => caller.directoryRoles.has(role));
}

/** Throws GraphError 403 where an administrator is concerned and the caller has no such role. */
export function checkMayTouch(caller: Caller, object: DirectoryObject): void {
  if (object.isAdministrator && !isTrusted(caller)) throw accessDenied();
}

/** As `checkMayTouch`, for writing these properties. */
export function checkMaySet(
  caller: Caller,
  object: DirectoryObject,
  names: readonly string[],
): void {
  if (names.some((name) => SENSITIVE.has(name))) checkMayTouch(caller, object);
}
