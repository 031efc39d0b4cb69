import { ScimError } from '../scim-error.ts';

/**
 * The parts of a path, decoded.
 * @throws ScimError 404 where an escape is broken: nothing has such an address
 */
export function pathParts(pathname: string): readonly string[] {
  try {
    return pathname.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw new ScimError(404, undefined, 'there is nothing at this address');
  }
}
