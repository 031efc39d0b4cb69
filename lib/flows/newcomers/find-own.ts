import type { StoredConnection } from '../../ports/connections.ts';
import type { EntraWrites } from '../../ports/entra-writes.ts';
import type { Link } from '../../sync/link.ts';
import { markerOf } from '../../sync/newcomers/marker.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';

type Finds = Pick<EntraWrites, 'findBy'>;

/**
 * Objects that were made of these entries before: groups by the nickname that only we give, users by
 * their sign-in name, and what they carry of ours.
 * @returns object ids, by the links' own; whoever is not found is missing
 */
export async function findOwn(
  writes: Finds,
  connection: StoredConnection,
  links: readonly Link[],
): Promise<ReadonlyMap<string, string>> {
  const users = await named(writes, links, { kind: 'user', property: 'userPrincipalName' });
  const groups = await named(writes, links, { kind: 'group', property: 'mailNickname' });
  const carried = await marked(
    writes,
    connection,
    users.map(({ link }) => link),
  );
  const own = users.filter(({ link, ids }) => ids.includes(carried.get(link.entraId) ?? ''));
  return new Map([
    ...own.map(({ link }) => [link.entraId, carried.get(link.entraId) ?? ''] as const),
    ...groups.map(({ link, ids }) => [link.entraId, ids[0] ?? ''] as const),
  ]);
}

async function named(
  writes: Finds,
  links: readonly Link[],
  { kind, property }: { readonly kind: Link['kind']; readonly property: string },
): Promise<{ readonly link: Link; readonly ids: readonly string[] }[]> {
  const own = links.flatMap((link) => {
    const value = link.seen.properties[property];
    return link.kind === kind && typeof value === 'string' ? [{ link, value }] : [];
  });
  if (own.length === 0) return [];
  const values = own.map(({ value }) => value);
  const found = await writes.findBy(kind, property, values);
  return own.flatMap(({ link, value }) => {
    const ids = (found.get(value) ?? []).map(({ id }) => id);
    return ids.length > 0 ? [{ link, ids }] : [];
  });
}

/** Users by what they carry: an advanced query, whose index lags, so that it only confirms. */
async function marked(
  writes: Finds,
  connection: StoredConnection,
  links: readonly Link[],
): Promise<ReadonlyMap<string, string>> {
  const { create } = rulesOf(connection).settings.users;
  if (links.length === 0 || !create) return new Map();
  const marks = new Map(
    links.map(({ appId, entraId }) => [markerOf('user', connection.id, appId ?? ''), entraId]),
  );
  const property = `onPremisesExtensionAttributes/${create.marker}`;
  const found = await writes.findBy('user', property, [...marks.keys()]);
  return new Map(
    [...found].flatMap(([mark, objects]) => {
      const [one, other] = objects;
      const entraId = marks.get(mark);
      return one && !other && entraId !== undefined ? [[entraId, one.id] as const] : [];
    }),
  );
}
