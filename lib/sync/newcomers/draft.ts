import { asGraphTakes, outgoing } from '../entra-values.ts';
import { type Attributes, type Entry, type Properties, type Value, valuesOf } from '../entry.ts';
import type { Half } from '../link.ts';
import { halfOf } from '../reconcile.ts';
import type { Export } from '../rules/exports.ts';
import type { Rules } from '../rules/rules.ts';
import { markerOf } from './marker.ts';
import { mailNickname, signInName } from './sign-in-name.ts';

/** What Entra is to make of an entry, under the names under which it is seen; or why it cannot be. */
export type NewcomerDraft =
  | { readonly ok: true; readonly properties: Properties }
  | { readonly ok: false; readonly detail: string };

/** A mail nickname takes 64 characters (Graph docs: group). */
const LONGEST_NICKNAME = 64;

/** Whether the rules have entries of a kind made in Entra. */
export function makesNewcomers(
  { settings: { users, groups } }: Rules,
  kind: Entry['kind'],
): boolean {
  const { export: isExported, create } = kind === 'user' ? users : groups;
  return isExported && create !== null;
}

/**
 * What Entra needs to make an object of an entry (Graph docs: create user, create group), and all that
 * flows there. The first password of a user is not in it.
 */
export function draftOf(entry: Entry, connectionId: string, rules: Rules): NewcomerDraft {
  const { attributes: exports } = rules.flows[entry.kind];
  const set = ownValues(entry.attributes, exports);
  const { properties, unfit } = outgoing(entry.kind, { set, clear: [] }, exports);
  if (unfit.length > 0)
    return { ok: false, detail: `${unfit[0]}: several values cannot flow to one property` };
  return entry.kind === 'user'
    ? userDraft(entry, connectionId, rules, properties)
    : groupDraft(entry, connectionId, rules, properties);
}

function userDraft(
  entry: Entry,
  connectionId: string,
  { settings }: Rules,
  properties: Properties,
): NewcomerDraft {
  const { create } = settings.users;
  if (!create) return { ok: false, detail: 'users are not made in Entra' };
  const name = signInName(create.userPrincipalName, entry.attributes);
  if (!name.ok) return { ok: false, detail: name.reason };
  return {
    ok: true,
    properties: {
      displayName: nameOf(entry) ?? name.local,
      mailNickname: mailNickname(name.local, LONGEST_NICKNAME) || 'user',
      ...properties,
      accountEnabled: true,
      userPrincipalName: `${name.local}@${create.domain}`,
      [create.marker]: markerOf('user', connectionId, entry.id),
    },
  };
}

function groupDraft(
  entry: Entry,
  connectionId: string,
  { settings }: Rules,
  properties: Properties,
): NewcomerDraft {
  const displayName = nameOf(entry);
  if (displayName === undefined) return { ok: false, detail: 'the group has no displayName' };
  const marker = markerOf('group', connectionId, entry.id);
  const nickname = mailNickname(displayName, LONGEST_NICKNAME - marker.length) || 'group';
  const isMailed = settings.groups.create === 'microsoft365';
  return {
    ok: true,
    properties: {
      ...properties,
      displayName,
      mailEnabled: isMailed,
      mailNickname: `${nickname}${marker}`,
      securityEnabled: !isMailed,
      ...(isMailed && { groupTypes: ['Unified'] }),
    },
  };
}

/** As Graph takes it: with a first password, which is to be changed at the first sign-in. */
export function creationOf(properties: Properties, password: string | undefined): Properties {
  if (password === undefined) return asGraphTakes(properties);
  const passwordProfile = { password, forceChangePasswordNextSignIn: true };
  return { ...asGraphTakes(properties), passwordProfile };
}

/**
 * What the application held when the object was made, as far as it was sent; of the rest, what it holds
 * now.
 */
export function heldAtCreation(
  entry: Entry,
  sent: Properties,
  exports: ReadonlyMap<string, Export>,
): Half {
  const attributes: Record<string, Value> = { ...halfOf(entry).attributes };
  for (const [name, { property }] of exports) {
    const value = sent[property];
    const [text] = Array.isArray(value) ? value : [value];
    if (typeof text === 'string' || typeof text === 'boolean') attributes[name] = text;
    else delete attributes[name];
  }
  return { active: true, attributes };
}

function nameOf({ attributes }: Entry): string | undefined {
  const [displayName] = valuesOf(attributes.displayName);
  return displayName ?? valuesOf(attributes.userName)[0];
}

function ownValues(attributes: Attributes, exports: ReadonlyMap<string, Export>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => exports.has(name)));
}
