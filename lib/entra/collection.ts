import type { Kind } from '../sync/entry.ts';

/** Where the objects of a kind are, below the version. */
export const COLLECTION: Readonly<Record<Kind, string>> = { user: '/users', group: '/groups' };
