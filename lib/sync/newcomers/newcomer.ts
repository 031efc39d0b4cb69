import type { Kind } from '../entry.ts';
import { newLink } from '../fold.ts';
import type { Link } from '../link.ts';
import { newcomerId } from './marker.ts';

/** An entry of the application that is to be made in Entra. */
export interface Newcomer {
  readonly kind: Kind;
  readonly appId: string;
}

/** The link of an entry that is being made in Entra: nothing is known of it there. */
export function askedFor(connectionId: string, { kind, appId }: Newcomer): Link {
  return { ...newLink(kind, newcomerId(connectionId, appId), ''), appId, state: 'asked' };
}
