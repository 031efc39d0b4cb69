import type { DirectoryObject, Properties } from './directory-object.ts';

const prefixOf = (object: DirectoryObject): string => object.id.replaceAll('-', '');

/**
 * What deletion does to a user's sign-in name: the id goes in front of it, so that the name is
 * free for somebody else.
 */
export function nameWhenDeleted(object: DirectoryObject): Properties {
  const name = object.state.properties.userPrincipalName;
  return typeof name === 'string' ? { userPrincipalName: `${prefixOf(object)}${name}` } : {};
}

/** The sign-in name that the user had before deletion; empty for groups. */
export function nameWhenRestored(object: DirectoryObject): Properties {
  const name = object.state.properties.userPrincipalName;
  if (typeof name !== 'string') return {};
  const prefix = prefixOf(object);
  return { userPrincipalName: name.startsWith(prefix) ? name.slice(prefix.length) : name };
}
