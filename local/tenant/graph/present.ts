import { graphTime } from '../clock.ts';
import type { DirectoryObject, Json, ObjectState } from '../directory/directory-object.ts';
import type { Caller } from './graph-call.ts';
import { badRequest, GraphError } from './graph-error.ts';
import { holdsAny, READ_GROUPS, READ_USERS_BASICALLY } from './permissions.ts';
import { DEFAULT_PROPERTIES, emptyValue, OUTSIDE_PROPERTIES, properName } from './properties.ts';

/** A version of an object as GET shows it: what was never set reads as null or []. */
export function present(
  object: DirectoryObject,
  state: ObjectState,
  select: readonly string[] | undefined,
): Record<string, Json> {
  const shown: Record<string, Json> = {};
  for (const name of select ?? DEFAULT_PROPERTIES[object.kind]) {
    if (name === 'id') continue;
    shown[name] =
      name === 'deletedDateTime' && state.deletedAt !== undefined
        ? graphTime(state.deletedAt)
        : (state.properties[name] ?? emptyValue(object.kind, name));
  }
  return { ...shown, id: object.id };
}

/** As `present`, with the type that tells kinds apart in mixed collections. */
export function presentTyped(
  object: DirectoryObject,
  state: ObjectState,
  select: readonly string[] | undefined,
): Record<string, Json> {
  const own = present(
    object,
    state,
    select?.filter((name) => properName(object.kind, name)),
  );
  return { '@odata.type': `#microsoft.graph.${object.kind}`, ...own };
}

/**
 * As `presentTyped`, but a caller who may not read that kind gets id and type, and the rest as
 * null (Graph docs: list members, "permissions for inaccessible members").
 */
export function presentMember(
  object: DirectoryObject,
  state: ObjectState,
  view: { caller: Caller; select: readonly string[] | undefined },
): Record<string, Json> {
  const shown = presentTyped(object, state, view.select);
  const roles = object.kind === 'group' ? READ_GROUPS : READ_USERS_BASICALLY;
  if (object.kind === 'device' || holdsAny(view.caller, roles)) return shown;
  const hidden = Object.keys(shown).filter((name) => name !== 'id' && name !== '@odata.type');
  return { ...shown, ...Object.fromEntries(hidden.map((name) => [name, null])) };
}

/** The wanted properties in their proper spelling. Throws GraphError 400 on an unknown one. */
export function selectedNames(
  kind: 'user' | 'group',
  names: readonly string[] | undefined,
): string[] | undefined {
  return names?.map((name) => {
    if (name === 'id') return name;
    const proper = properName(kind, name);
    if (proper !== undefined) return proper;
    if (OUTSIDE_PROPERTIES.has(name)) {
      throw new GraphError(501, ['NotImplemented', 'This operation target is not yet supported.']);
    }
    throw badRequest(
      `Could not find a property named '${name}' on type 'microsoft.graph.${kind}'.`,
    );
  });
}
