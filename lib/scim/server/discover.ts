import type { Json } from '../../sync/entry.ts';
import { resourceTypes } from '../discovery/resource-types.ts';
import { schemasOf } from '../discovery/schemas-of.ts';
import { serviceProviderConfig } from '../discovery/service-provider-config.ts';
import { ScimError } from '../scim-error.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { listResponse } from './list-response.ts';

/** Something that the service provider tells of itself. */
type Told = Readonly<Record<'id', string>>;

/**
 * What the service provider can do (RFC 7644 section 4); undefined where the address is none of
 * these.
 * @throws ScimError 403 where a filter is given (RFC 7644 section 4), 404, 405
 */
export function discover(
  provider: Provider,
  { method, path, query }: Exchange,
): Answer | undefined {
  const [first = '', id = '', ...beyond] = path;
  const told = toldAt(provider, first.toLowerCase());
  if (!told) return undefined;
  if (method !== 'GET') throw new ScimError(405, undefined, 'this address takes GET');
  if (query.has('filter'))
    throw new ScimError(403, undefined, 'what the service provider can do is not filtered');
  const one = told.find((document) => document.id.toLowerCase() === id.toLowerCase());
  if (one && beyond.length === 0) return { status: 200, body: json(one) };
  if (id !== '') throw new ScimError(404, undefined, 'there is nothing at this address');
  return {
    status: 200,
    body: listResponse({ resources: told.map(json), total: told.length, startIndex: 1 }),
  };
}

/** The configuration is one document, which has no id of its own. */
function toldAt({ schemas, base }: Provider, name: string): readonly Told[] | undefined {
  const both = [schemas.user, schemas.group];
  if (name === 'schemas') return schemasOf(both, base);
  if (name === 'resourcetypes') return resourceTypes(both, base);
  return name === 'serviceproviderconfig'
    ? [{ ...serviceProviderConfig(base), id: '' }]
    : undefined;
}

/** Made of texts, flags, numbers and lists: JSON already. */
function json({ id, ...document }: Told): Json {
  return { ...(id !== '' && { id }), ...document } as Json;
}
