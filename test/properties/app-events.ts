import { isDeepStrictEqual } from 'node:util';
import type { StoredResource } from '../../lib/ports/resources.ts';
import type { Json, Kind } from '../../lib/sync/entry.ts';
import type { Picks } from './tenant-events.ts';
import { CONNECTION, type World } from './world.ts';

type Resource = StoredResource['resource'];
type Edit = (number: number) => Readonly<Record<string, Json>>;

/** What the application can do to an entry, by itself. */
const EDITS = {
  retitleInApp: (number) => ({ title: `app ${number}` }),
  untitleInApp: () => ({ title: null }),
  renameInApp: (number) => ({ displayName: `named ${number}` }),
  disableInApp: () => ({ active: false }),
  enableInApp: () => ({ active: true }),
} satisfies Record<string, Edit>;

export type AppEvent = keyof typeof EDITS | 'renameGroupInApp' | 'deleteInApp' | 'deleteGroupInApp';
export const APP_EVENTS: readonly AppEvent[] = [
  'retitleInApp',
  'untitleInApp',
  'renameInApp',
  'disableInApp',
  'enableInApp',
  'renameGroupInApp',
  'deleteInApp',
  'deleteGroupInApp',
];

/**
 * The application changes one of its entries through its SCIM service.
 * @returns the object that it stands for, and the entry; undefined where there is none
 */
export async function happensInApp(
  world: World,
  what: AppEvent,
  { a, b }: Picks,
): Promise<{ readonly externalId: string; readonly resource: Resource } | undefined> {
  const kind: Kind = /Group/.test(what) ? 'group' : 'user';
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const { resources } = await store.list(kind, undefined, 100);
  // Entries of removed objects rest: what is written to them waits until the object returns.
  const live = resources.filter(({ resource: { externalId } }) => {
    return typeof externalId === 'string' && world.tenant.lifeOf(externalId) === 'live';
  });
  // An object that is back, and gone again before anybody reads of it, never was back: switching on its
  // resting entry is the application's own affair.
  const able = what === 'enableInApp' ? live.filter((one) => isLinked(world, one)) : live;
  const before = able[a % Math.max(1, able.length)];
  if (!before) return undefined;
  const { resource } = before;
  const { externalId } = resource;
  if (typeof externalId !== 'string') return undefined;
  if (what === 'deleteInApp' || what === 'deleteGroupInApp') {
    const done = await store.remove(kind, before.id, 'app');
    return done === 'removed' ? { externalId, resource } : undefined;
  }
  const edit: Edit = what === 'renameGroupInApp' ? EDITS.renameInApp : EDITS[what];
  const edited = Object.entries({ ...resource, ...edit(b) });
  const next = Object.fromEntries(edited.filter(([, value]) => value !== null));
  if (isDeepStrictEqual(next, resource)) return undefined;
  const written = await store.replace(before, next, 'app');
  return written.ok ? { externalId, resource: next } : undefined;
}

function isLinked({ tables }: World, { resource: { externalId } }: StoredResource): boolean {
  if (typeof externalId !== 'string') return false;
  const link = tables.rows('links').find(({ rowKey }) => rowKey === `l:${externalId}`);
  return link?.state === 'linked';
}

/** The application makes an entry that Entra knows nothing of. */
export async function createsInApp(world: World, kind: Kind, number: number): Promise<void> {
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const displayName = `made ${number}`;
  const user = { userName: `made${number}@contoso.example`, active: true, title: `t${number}` };
  await store.create(kind, { displayName, ...(kind === 'user' ? user : { active: true }) }, 'app');
}
