import { applyPatch } from '../../../../lib/scim/patch/apply-patch.ts';
import { memberChanges } from '../../../../lib/scim/patch/member-changes.ts';
import { parsePatch } from '../../../../lib/scim/patch/parse-patch.ts';
import type { Resource } from '../../../../lib/scim/schema/resource-schema.ts';
import { GROUP, USER } from '../schemas.ts';

const body = (operations: readonly unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** A user after operations as they are sent. */
export const patched = (user: Resource, ...operations: readonly unknown[]): Resource =>
  applyPatch(user, parsePatch(body(operations), USER), USER);

/** A group after operations as they are sent. */
export const patchedGroup = (group: Resource, ...operations: readonly unknown[]): Resource =>
  applyPatch(group, parsePatch(body(operations), GROUP), GROUP);

/** How operations change the members of a group. */
export const changed = (...operations: readonly unknown[]) =>
  memberChanges(parsePatch(body(operations), GROUP));
