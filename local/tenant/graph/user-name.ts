import type { DirectoryObject } from '../directory/directory-object.ts';
import type { Domain } from './domains.ts';
import { badRequest, objectConflict } from './graph-error.ts';
import type { TenantWorld } from './tenant-world.ts';

const ALIAS = /^[A-Za-z0-9'.\-_!#^~]+$/;

/**
 * No accents, a verified domain, and nobody else's (Graph docs: user resource type). Returns the
 * domain. Throws GraphError 400.
 */
export function checkUserName(world: TenantWorld, name: string, owner?: DirectoryObject): Domain {
  const at = name.lastIndexOf('@');
  const domain = world.domains.get(name.slice(at + 1).toLowerCase());
  if (domain?.isVerified !== true) {
    throw badRequest(
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    );
  }
  if (!ALIAS.test(name.slice(0, at))) throw badRequest('Property userPrincipalName is invalid.');
  const others = world.directory.find('user', 'userPrincipalName', name);
  if (others.some((other) => other !== owner)) throw objectConflict(world, 'userPrincipalName');
  return domain;
}
