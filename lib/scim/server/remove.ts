import { ScimError } from '../scim-error.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { existing, missing, type Target } from './target.ts';
import { checkVersion } from './version-tag.ts';

/** DELETE (RFC 7644 section 3.6). */
export async function removeOne(
  provider: Provider,
  { ifMatch }: Exchange,
  target: Target,
): Promise<Answer> {
  const { version } = await existing(provider, target);
  checkVersion(ifMatch, version);
  const guard = ifMatch === undefined || ifMatch.trim() === '*' ? undefined : version;
  const done = await provider.store.remove(target.kind, target.id, provider.by, guard);
  if (done === 'changed') throw new ScimError(412, undefined, 'the resource has changed meanwhile');
  if (done === 'missing') throw missing();
  return { status: 204 };
}
