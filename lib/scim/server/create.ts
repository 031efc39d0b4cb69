import type { Written } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { objectIdIn } from '../../sync/pushed.ts';
import { flatten } from '../flat/flatten.ts';
import { readResource } from '../resource/read-resource.ts';
import type { Resource } from '../schema/resource-schema.ts';
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
  requireObjectId(provider, resource);
  const ids = members.map(({ value }) => value);
  const written = await provider.store.create(kind, resource, provider.by, ids);
  if (!written.ok) throw refusal(written);
  return answerWith(provider, { status: 201, stored: written.stored, selection });
}

/**
 * What Entra's provisioning service creates is tied to its object by id, and by nothing else.
 * @throws ScimError 400 `invalidValue`
 */
function requireObjectId({ objectId }: Provider, resource: Resource): void {
  if (objectId === undefined) return;
  const value = objectId === 'externalId' ? resource.externalId : flatten(resource)[objectId];
  if (objectIdIn(typeof value === 'string' ? value : undefined) === undefined)
    throw new ScimError(
      400,
      'invalidValue',
      `${objectId} must carry the object id: map objectId to it in Entra's provisioning`,
    );
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
