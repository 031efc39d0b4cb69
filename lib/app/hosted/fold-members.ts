import type { MemberChange } from '../../ports/resources.ts';
import { isEntryId } from './keys.ts';

/** What changes of members come to, one after the other. */
export interface MemberGoal {
  /** Whether those who are not named are to go. */
  readonly isWhole: boolean;
  /** Who is to be a member afterwards, and who is not. */
  readonly wanted: ReadonlyMap<string, boolean>;
}

/** Folds changes in their order; ids that this directory cannot have given name no entry. */
export function foldMembers(changes: readonly MemberChange[]): MemberGoal {
  const wanted = new Map<string, boolean>();
  let isWhole = false;
  for (const { op, ids } of changes) {
    if (op === 'replace') {
      isWhole = true;
      wanted.clear();
    }
    for (const id of ids) if (isEntryId(id)) wanted.set(id, op !== 'remove');
  }
  return { isWhole, wanted };
}
