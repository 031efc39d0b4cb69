import { randomUUID } from 'node:crypto';
import type { EntryStore } from '../../lib/ports/application.ts';
import type { Outbox } from '../../lib/ports/outbox.ts';
import type { ResourceStore, StoredResource, Written } from '../../lib/ports/resources.ts';

/** A directory as SCIM clients and the sync have it. */
export interface Directory {
  readonly store: ResourceStore;
  /** The same directory in another process. */
  readonly other: ResourceStore;
  readonly entries: EntryStore;
  readonly outbox: Outbox;
}

/** The resource of a write that must succeed. */
export function storedOf(written: Written | undefined): StoredResource {
  if (!written?.ok) throw new Error(`no success: ${JSON.stringify(written)}`);
  return written.stored;
}

/** `ok`, or why not. */
export function whyNot(written: Written): string {
  return written.ok ? 'ok' : written.reason;
}

/** A name that nothing else in the tests has. */
export function unheard(word: string): string {
  return `${word} ${randomUUID()}`;
}

export async function newUser(
  { store }: Directory,
  resource: StoredResource['resource'] = {},
): Promise<StoredResource> {
  const userName = unheard('user');
  return storedOf(await store.create('user', { userName, active: true, ...resource }, 'app'));
}

export async function newGroup(
  { store }: Directory,
  members?: readonly string[],
): Promise<StoredResource> {
  const displayName = unheard('group');
  return storedOf(await store.create('group', { displayName }, 'app', members));
}

/** All of what comes in pages. */
export async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

/** Who is in a group, sorted. */
export async function idsIn({ store }: Directory, groupId: string): Promise<string[]> {
  return (await all(store.members(groupId))).map(({ id }) => id);
}

/** A text that a resource must have. */
export function textOf({ resource }: StoredResource, attribute: string): string {
  const text = resource[attribute];
  if (typeof text !== 'string') throw new Error(`${attribute} is no text`);
  return text;
}
