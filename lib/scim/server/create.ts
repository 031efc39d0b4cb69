import type { Written } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { readResource } from '../resource/read-resource.ts';
import { ScimError } from '../scim-error.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { answerWith, selectionOf } from './read-one.ts';
import { missing } from './target.ts';

/** POST (RFC 7644 section 3.3). */
export async function createOne(
  provider: Provider,
  exchange: Exchange,
  kind: Kind,
): Promise<Answer> {
  const selection = selectionOf(provider, exchange, kind);
  const { resource, members = [] } = readResource(await exchange.body(), provider.schemas[kind]);
  const ids = members.map(({ value }) => value);
  const written = await provider.store.create(kind, resource, provider.by, ids);
  if (!written.ok) throw refusal(written);
  return answerWith(provider, { status: 201, stored: written.stored, selection });
}

/** Why a write was not done, as the client is told. */
export function refusal(written: Extract<Written, { readonly ok: false }>): ScimError {
  const { reason, detail } = written;
  if (reason === 'missing') return missing();
  if (reason === 'taken')
    return new ScimError(409, 'uniqueness', detail ?? 'another resource has this name');
  if (reason === 'refused')
    return new ScimError(400, 'invalidValue', detail ?? 'the directory does not take this value');
  return new ScimError(412, undefined, 'the resource has changed meanwhile');
}
