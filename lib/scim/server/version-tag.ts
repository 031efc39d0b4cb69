import { createHash } from 'node:crypto';
import { ScimError } from '../scim-error.ts';

/** The weak entity tag of a version (RFC 7644 section 3.14); what the store calls it is its own affair. */
export function tagOf(version: string): string {
  return `W/"${createHash('sha256').update(version).digest('base64url').slice(0, 22)}"`;
}

/** Whether a header names the version, or `*`. Weak and strong tags are one: the RFC has them weak. */
export function namesVersion(header: string, version: string): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag.replace(/^W\//, '') === tagOf(version).slice(2));
}

/** @throws ScimError 412 where `If-Match` names another version (RFC 7644 section 3.14) */
export function checkVersion(ifMatch: string | undefined, version: string): void {
  if (ifMatch !== undefined && !namesVersion(ifMatch, version))
    throw new ScimError(412, undefined, 'the resource is at another version by now');
}
