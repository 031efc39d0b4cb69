import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Named } from '../../ports/entra.ts';
import type { Services } from '../../ports.ts';
import type { Item, Kind } from '../../sync/entry.ts';
import type { Selection } from '../../sync/rules/properties.ts';
import { entraOf } from '../sides.ts';

type Needs = Pick<Services, 'directories'>;

/** An object as an administrator asks for it: by its id, or its exact name. */
export interface AskedObject {
  readonly kind: Kind;
  readonly text: string;
}

const NAMES = { user: 'userPrincipalName', group: 'name' } as const;

/**
 * Finds the one object of the tenant that an administrator means.
 * @throws AppError `not-found`, `conflict` where several have the name
 */
export async function findObject(
  needs: Needs,
  connection: StoredConnection,
  { kind, text }: AskedObject,
): Promise<Named> {
  const found = (await entraOf(needs, connection).named(kind, [text])).get(text) ?? [];
  const [one, other] = found;
  if (!one) throw unknown(kind);
  if (!other) return one;
  const ids = found.map(({ id }) => id).join(', ');
  throw new AppError(
    'conflict',
    `several ${kind}s of the tenant have this ${NAMES[kind]} (${ids}); ask for one by its object id`,
  );
}

/**
 * Reads an object of the tenant as it is now.
 * @throws AppError `not-found`
 */
export async function readObject(
  needs: Needs,
  connection: StoredConnection,
  {
    kind,
    id,
    selection,
  }: { readonly kind: Kind; readonly id: string; readonly selection: Selection },
): Promise<Item> {
  for await (const [item] of entraOf(needs, connection, selection).read(kind, [id]))
    if (item) return item;
  throw unknown(kind);
}

function unknown(kind: Kind): AppError {
  return new AppError(
    'not-found',
    `no ${kind} of the tenant has this object id or ${NAMES[kind]}, or it is deleted`,
  );
}
