import type { Directory } from './directory.ts';

/** Deleted items are kept for 30 days (Graph docs: deleted items). */
const RETENTION_MS = 30 * 24 * 3600 * 1000;

/** What comes with time: changes become visible, deleted items are purged. */
export function passTime(directory: Directory, now: number): void {
  for (const kind of ['user', 'group'] as const) {
    for (const object of directory.deleted(kind)) {
      if ((object.state.deletedAt ?? now) + RETENTION_MS > now) break;
      directory.purge(object);
    }
  }
  directory.feed.settle(now);
}
