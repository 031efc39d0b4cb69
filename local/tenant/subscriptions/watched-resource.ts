/** What a subscription watches: all users or groups, one of them, or one group's members. */
export interface WatchedResource {
  readonly kind: 'user' | 'group';
  /** Lower case; undefined = all of the kind. */
  readonly id?: string;
  /** Resources that mean the same have the same key. */
  readonly key: string;
}

/** Reads the `resource` of a subscription; undefined where it is none of these. */
export function watchedResource(resource: string): WatchedResource | undefined {
  const key = resource.replace(/^\//, '').toLowerCase();
  const found = /^(user|group)s(?:\/([^/?()]+))?(\/members)?$/.exec(key);
  if (found === null) return undefined;
  const [, kind, id, members] = found;
  if (members !== undefined && (kind !== 'group' || id === undefined)) return undefined;
  return { kind: kind === 'group' ? 'group' : 'user', ...(id !== undefined && { id }), key };
}

/** The keys of those who watch a change of an object. */
export function watchingKeys(
  kind: 'user' | 'group',
  id: string,
  isMembership: boolean,
): readonly string[] {
  const keys = [`${kind}s`, `${kind}s/${id.toLowerCase()}`];
  return isMembership ? [...keys, `groups/${id.toLowerCase()}/members`] : keys;
}
