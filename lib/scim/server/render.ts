import type { StoredResource } from '../../ports/resources.ts';
import type { Json, Kind } from '../../sync/entry.ts';
import { project } from '../resource/project.ts';
import { attributeKey, type Selection } from '../resource/selection.ts';
import { documentOf, groupsOf, membersOf } from './documents.ts';
import type { Provider } from './exchange.ts';

/** What is related to a resource: rows of their own, read only where they are wanted. */
const RELATED = { user: 'groups', group: 'members' } as const;

/** A resource that is answered by itself: with what is related to it, unless that was left out. */
export async function renderWhole(
  provider: Provider,
  stored: StoredResource,
  selection: Selection,
): Promise<Json> {
  const document = documentOf(provider, stored);
  const schema = provider.schemas[stored.kind];
  if (!wantsRelated(provider, stored.kind, selection)) return project(document, schema, selection);
  const values = await (stored.kind === 'user' ? groupsOf : membersOf)(provider, stored.id);
  return project({ ...document, [RELATED[stored.kind]]: values }, schema, selection);
}

/** A resource in a list: members and groups are only there where they are asked for by name. */
export async function renderListed(
  provider: Provider,
  stored: StoredResource,
  selection: Selection,
): Promise<Json> {
  if (selection.mode === 'only') return renderWhole(provider, stored, selection);
  return project(documentOf(provider, stored), provider.schemas[stored.kind], selection);
}

/** Whether what is related to a resource has a place in the answer. */
export function wantsRelated(
  { schemas }: Provider,
  kind: Kind,
  { mode, attributes }: Selection,
): boolean {
  const located = schemas[kind].find(undefined, RELATED[kind]);
  const named = located && attributes.get(attributeKey(located));
  return mode === 'only' ? named !== undefined : named !== 'whole';
}
