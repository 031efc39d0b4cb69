import type { Kind } from '../../../lib/sync/entry.ts';

/** One thing in which the sides differ. Ids are Entra's, but for `surplus`, which is the app's. */
export type Difference =
  | {
      readonly what: 'missing' | 'surplus' | 'active' | 'manager';
      readonly kind: Kind;
      readonly id: string;
    }
  | {
      readonly what: 'attribute';
      readonly kind: Kind;
      readonly id: string;
      readonly attribute: string;
    }
  | {
      readonly what: 'missing membership' | 'surplus membership';
      /** Of an end that Entra does not know, `application id` and what the application calls it. */
      readonly groupId: string;
      readonly memberId: string;
    };

/** A difference in words, with ids but no personal data. */
export function describeDifference(difference: Difference): string {
  switch (difference.what) {
    case 'missing':
      return `${difference.kind} ${difference.id} is missing in the application`;
    case 'surplus':
      return `${difference.kind} ${difference.id} of the application has no counterpart in Entra`;
    case 'active':
      return `${difference.kind} ${difference.id} is active on one side only`;
    case 'manager':
      return `${difference.kind} ${difference.id} has another manager in the application`;
    case 'attribute':
      return `${difference.kind} ${difference.id} differs in ${difference.attribute}`;
    case 'missing membership':
      return `${difference.memberId} is not a member of ${difference.groupId} in the application`;
    case 'surplus membership':
      return `${difference.memberId} is a member of ${difference.groupId} in the application only`;
  }
}

const KEPT = 20;

/** Counts differences and keeps the first 20. */
export class Differences {
  readonly first: Difference[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(difference: Difference): void {
    this.#count += 1;
    if (this.first.length < KEPT) this.first.push(difference);
  }
}
