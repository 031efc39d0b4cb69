/**
 * Keys of the sync state. Table Storage forbids / \ # ? and control characters in keys (Azure docs:
 * Understanding the Table service data model), so foreign ids are base64url, case kept, unless they
 * are plain already: Graph's are GUIDs.
 */
export function keyOf(id: string): string {
  return /^[A-Za-z0-9-]+$/.test(id) ? id : `~${Buffer.from(id, 'utf8').toString('base64url')}`;
}

export function idOf(key: string): string {
  return key.startsWith('~') ? Buffer.from(key.slice(1), 'base64url').toString('utf8') : key;
}

export function lanePartition(connectionId: string, lane: number): string {
  return `${connectionId}:${String(lane).padStart(2, '0')}`;
}

/** Where groups in groups stand, which groups are imported, and the sets of groups that rules depend on. */
export function nestPartition(connectionId: string): string {
  return `${connectionId}:nest`;
}

/** Where the seats of all entitlements stand. */
export function seatsPartition(connectionId: string): string {
  return `${connectionId}:seats`;
}

/** Where it stands who waits for a manager. */
export function reportsPartition(connectionId: string): string {
  return `${connectionId}:reports`;
}

/** The first key behind every key that begins with `prefix`. */
export function after(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

export const LANE_ROW = 'n:';

export const linkKey = (entraId: string) => `l:${keyOf(entraId)}`;
export const edgePrefix = (holder: string) => `e:${keyOf(holder)}:`;
export const edgeKey = (edge: { holder: string; member: string }) =>
  `${edgePrefix(edge.holder)}${keyOf(edge.member)}`;
export const reversePrefix = (member: string) => `r:${keyOf(member)}:`;
export const reverseKey = (edge: { holder: string; member: string }) =>
  `${reversePrefix(edge.member)}${keyOf(edge.holder)}`;

/** Of an edge that stands by a nested group: beside the other, which only tells what Entra shows. */
const PASSED_MARK = '!';
export const passedKey = (edge: { holder: string; member: string }) =>
  `${reverseKey(edge)}${PASSED_MARK}`;
export const isPassedKey = (rowKey: string) => rowKey.endsWith(PASSED_MARK);
/** The holder of either, behind the prefix of its member. */
export const holderBehind = (prefix: string, rowKey: string) =>
  idOf(rowKey.slice(prefix.length, isPassedKey(rowKey) ? -PASSED_MARK.length : undefined));

export const REPORTS_PREFIX = 'm:';
export const reportPrefix = (managerId: string) => `${REPORTS_PREFIX}${keyOf(managerId)}:`;
export const reportKey = (report: { managerId: string; entraId: string }) =>
  `${reportPrefix(report.managerId)}${keyOf(report.entraId)}`;

export const IMPORTED_PREFIX = 'i:';
export const NESTED_PREFIX = 'p:';
export const RESTING_PREFIX = 'x:';
export const SETS_ROW = 's:sets';
export const nestedKey = (pair: { holder: string; member: string }) =>
  `${NESTED_PREFIX}${keyOf(pair.holder)}:${keyOf(pair.member)}`;
export const importedKey = (group: string) => `${IMPORTED_PREFIX}${keyOf(group)}`;
export const restingKey = (group: string) => `${RESTING_PREFIX}${keyOf(group)}`;

/** Where a removal waits for the run's decision, or is held: both sort behind every time. */
export const REMOVAL_PREFIX = 'd:removal:';
export const HELD_PREFIX = 'd:held:';

/** Times in keys are milliseconds in 15 digits, so that they sort. */
export const DUE_PREFIX = 'd:';
export const duePrefix = (due: number) => `${DUE_PREFIX}${String(due).padStart(15, '0')}:`;

/** What waits, in the index of what is due: a link or an edge behind one of the prefixes. */
export function waitingOf(rowKey: string): { link: string } | { holder: string; member: string } {
  const [, , type, first = '', second = ''] = rowKey.split(':');
  return type === 'l' ? { link: idOf(first) } : { holder: idOf(first), member: idOf(second) };
}

/** Who changed what of a connection: behind the connections, whose ids begin with no tilde. */
export const changesPrefix = (connectionId: string) => `~h:${connectionId}:`;

/** Newest first: run ids begin with the time that is left until the year 2286. */
const LAST_TIME = 9_999_999_999_999;
export const reverseTime = (at: number) => String(LAST_TIME - at).padStart(13, '0');
/** The time that a key in reverse begins with. */
export const timeOf = (key: string) => LAST_TIME - Number(key.slice(0, 13));

/** New users who are to be welcomed. */
export const WELCOME_PREFIX = 'w:';
export const welcomeKey = (entraId: string) => `${WELCOME_PREFIX}${keyOf(entraId)}`;

/** What happened to an object, newest first; `n` tells apart what a lane wrote in the same millisecond. */
export const AUDIT_PREFIX = 'a:';
export const auditPrefix = (objectId: string) => `${AUDIT_PREFIX}${keyOf(objectId)}:`;
export const auditKey = (objectId: string, place: { at: number; lane: number; n: number }) =>
  `${auditPrefix(objectId)}${reverseTime(place.at)}:${reverseTime(place.n)}-${place.lane}`;
/** The object of a row, and its place in the object's history. */
export function auditPlaceOf(rowKey: string): { objectId: string; place: string } {
  const [, object = '', ...place] = rowKey.split(':');
  return { objectId: idOf(object), place: place.join(':') };
}
