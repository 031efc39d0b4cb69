import { firstAfter } from '../directory/change-feed.ts';
import type { DirectoryObject, MemberLink, Membership } from '../directory/directory-object.ts';
import type { Replica } from '../directory/replica.ts';
import { isNewTo, type RelatedItem, relatedItem } from './delta-item.ts';

/** Part of a group's members; `next` is where the following slice starts, if one is needed. */
export interface MemberSlice {
  readonly items: readonly RelatedItem[];
  readonly next: number | undefined;
}

/** Which part of a group's members to give. */
export interface SliceRange {
  readonly since: number | undefined;
  readonly from: number;
  readonly room: number;
  /** Whose state of things is shown. */
  readonly replica: Replica;
}

type HasMember = (link: MemberLink) => boolean;

/**
 * The next members of a group, at most `room` of them: all of them where the group is new to the
 * client, otherwise those that joined or left after `since`.
 */
export function memberSlice(group: DirectoryObject, range: SliceRange): MemberSlice {
  const { membership } = group;
  if (membership === undefined) return { items: [], next: undefined };
  const hasMember: HasMember = (link) => range.replica.hasMember(group, link);
  return isNewTo(group, range.since)
    ? allMembers(membership, range, hasMember)
    : changedMembers(membership, range, hasMember);
}

/** Somebody who knew the group before its restoration also hears who left in between. */
function allMembers(
  { links }: Membership,
  { since, from, room }: SliceRange,
  hasMember: HasMember,
): MemberSlice {
  const items: RelatedItem[] = [];
  for (let place = from; place < links.length; place += 1) {
    const link = links[place];
    if (link === undefined) continue;
    const isMember = hasMember(link);
    if (!isMember && link.last <= (since ?? link.last)) continue;
    if (items.length >= room) return { items, next: place };
    items.push(relatedItem(link.member, isMember));
  }
  return { items, next: undefined };
}

/** A member is given at its first change in the window, with its state of now. */
function changedMembers(
  { history }: Membership,
  range: SliceRange,
  hasMember: HasMember,
): MemberSlice {
  const since = range.since ?? 0;
  const start = firstAfter(history, since);
  const items: RelatedItem[] = [];
  for (let place = start + range.from; place < history.length; place += 1) {
    const change = history[place];
    if (change === undefined || change.sequence > range.replica.sequence) break;
    if (change.previous > since) continue;
    if (items.length >= range.room) return { items, next: place - start };
    items.push(relatedItem(change.link.member, hasMember(change.link)));
  }
  return { items, next: undefined };
}
