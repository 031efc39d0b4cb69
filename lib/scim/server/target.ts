import type { StoredResource } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';
import type { Provider } from './exchange.ts';

/** The resource that an address names. */
export interface Target {
  readonly kind: Kind;
  readonly id: string;
}

/** @throws ScimError 404 */
export async function existing(provider: Provider, { kind, id }: Target): Promise<StoredResource> {
  const stored = (await provider.store.read(kind, [id])).get(id);
  if (!stored) throw missing();
  return stored;
}

/** Nothing says more than that there is none: an id may be personal where clients choose theirs. */
export function missing(): ScimError {
  return new ScimError(404, undefined, 'there is no such resource');
}
