import type { Kind } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';
import { bulk } from './bulk.ts';
import { patchOne, replaceOne } from './change.ts';
import { createOne } from './create.ts';
import { discover } from './discover.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { queryAll, queryKind } from './query.ts';
import { readOne } from './read-one.ts';
import { removeOne } from './remove.ts';
import { searchOf } from './search.ts';

/**
 * Answers a request to the service provider (RFC 7644 section 3.2, table 2).
 * @throws ScimError and AppError
 */
export async function dispatch(provider: Provider, exchange: Exchange): Promise<Answer> {
  const [first = '', ...rest] = exchange.path;
  const name = first.toLowerCase();
  if (name === 'me')
    throw new ScimError(501, undefined, '/Me is not offered: a client is no user of the directory');
  if (name === 'bulk' && rest.length === 0) {
    allow(exchange, ['POST']);
    return bulk(provider, await exchange.body(), ofResources);
  }
  if ((name === '' || name === '.search') && rest.length === 0) {
    allow(exchange, [name === '' ? 'GET' : 'POST']);
    return queryAll(provider, name === '' ? exchange : await searchOf(exchange));
  }
  return discover(provider, exchange) ?? ofResources(provider, exchange);
}

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['users', 'user'],
  ['groups', 'group'],
]);

/** Users and groups: all that an operation of a bulk may be about as well. */
async function ofResources(provider: Provider, exchange: Exchange): Promise<Answer> {
  const [first = '', id, ...beyond] = exchange.path;
  const kind = KINDS.get(first.toLowerCase());
  if (!kind || beyond.length > 0)
    throw new ScimError(404, undefined, 'there is nothing at this address');
  if (id === undefined || id === '') return ofKind(provider, exchange, kind);
  if (id === '.search') {
    allow(exchange, ['POST']);
    return queryKind(provider, await searchOf(exchange), kind);
  }
  allow(exchange, ['GET', 'PUT', 'PATCH', 'DELETE']);
  const target = { kind, id };
  if (exchange.method === 'GET') return readOne(provider, exchange, target);
  if (exchange.method === 'PUT') return replaceOne(provider, exchange, target);
  if (exchange.method === 'PATCH') return patchOne(provider, exchange, target);
  return removeOne(provider, exchange, target);
}

async function ofKind(provider: Provider, exchange: Exchange, kind: Kind): Promise<Answer> {
  allow(exchange, ['GET', 'POST']);
  if (exchange.method === 'POST') return createOne(provider, exchange, kind);
  return queryKind(provider, exchange, kind);
}

function allow({ method }: Exchange, methods: readonly string[]): void {
  if (!methods.includes(method))
    throw new ScimError(405, undefined, `this address takes ${methods.join(', ')}`);
}
