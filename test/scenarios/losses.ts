import type { AppDirectory, AppEntry } from './application.ts';

/**
 * What an application held once and holds no more: users and groups that are gone, users that were
 * switched off, attributes that were cleared, memberships and managers.
 * @returns one line a loss
 */
export function losses(before: AppDirectory, after: AppDirectory): string[] {
  const lost = [...before.memberships].filter((edge) => !after.memberships.has(edge));
  const unmanaged = [...before.managers.keys()].filter((id) => !after.managers.has(id));
  return [
    ...[...before.users].flatMap(([id, user]) => entryLosses(id, user, after.users.get(id))),
    ...[...before.groups].flatMap(([id, group]) => entryLosses(id, group, after.groups.get(id))),
    ...lost.map((edge) => `membership ${edge}`),
    ...unmanaged.map((id) => `manager of ${id}`),
  ];
}

function entryLosses(id: string, before: AppEntry, after: AppEntry | undefined): string[] {
  if (!after) return [`${before.kind} ${id}`];
  const cleared = Object.keys(before.attributes).filter((name) => !(name in after.attributes));
  return [
    ...(before.active && !after.active ? [`active of ${id}`] : []),
    ...cleared.map((name) => `${name} of ${id}`),
  ];
}
