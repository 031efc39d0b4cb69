import type { Json } from '../../sync/entry.ts';
import type { PatchPath } from '../path/parse-path.ts';

/** One operation of a PATCH, about one attribute that clients may write. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: PatchPath;
  /** As it was sent. */
  readonly value: Json | undefined;
}

/** Whether it is about a group's members, which are rows of their own. */
export function isAboutMembers({ path }: PatchOperation): boolean {
  return path.extension === undefined && path.attribute.name === 'members';
}
