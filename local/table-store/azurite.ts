import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';

// The parts of Azurite that are used, with the types they need: the package has none.

/** What identifies a request in Azurite's errors. */
export type Context = object;

/** A row as Azurite's handlers pass it; the properties hold its keys and timestamp as well. */
export interface Entity {
  PartitionKey: string;
  RowKey: string;
  properties: Record<string, unknown>;
  lastModifiedTime: string;
  eTag: string;
}

/** A node of a parsed filter: an operator with two sides, a name or a constant. */
export interface QueryNode {
  readonly name: string;
  readonly left?: QueryNode;
  readonly right?: QueryNode;
  readonly identifier?: string;
  readonly value?: unknown;
}

/** A table as Azurite's handlers pass it. */
export interface TableModel {
  readonly account: string;
  readonly table: string;
  tableAcl?: unknown;
}

type MakeError = (context: Context) => Error;

interface StorageErrors {
  readonly getTableAlreadyExists: MakeError;
  readonly getTableNotExist: MakeError;
  readonly ResourceNotFound: MakeError;
  readonly getEntityAlreadyExist: MakeError;
  readonly getEntityNotFound: MakeError;
  readonly getPreconditionFailed: MakeError;
  readonly getPropertiesNeedValue: MakeError;
  readonly getQueryConditionInvalid: MakeError;
  readonly getInvalidInput: MakeError;
  readonly getNotImplementedError: MakeError;
}

interface Accounts {
  init(): Promise<void>;
}

interface ListenerFactory {
  createRequestListener(): RequestListener;
}

const require = createRequire(import.meta.url);
const load = <T>(path: string): T => require(`azurite/dist/src/${path}`);
const loadDefault = <T>(path: string): T => load<{ default: T }>(path).default;

const QUERY = 'table/persistence/QueryInterpreter';

export const storageErrors = loadDefault<StorageErrors>('table/errors/StorageErrorFactory');
export const logger = loadDefault<object>('common/Logger');

export const AccountDataStore =
  loadDefault<new (log: object) => Accounts>('common/AccountDataStore');
export const TableRequestListenerFactory = loadDefault<
  new (
    ...values: unknown[]
  ) => ListenerFactory
>('table/TableRequestListenerFactory');

/** @throws Error where the filter is not one. */
export const parseQuery = loadDefault<(filter: string) => QueryNode>(`${QUERY}/QueryParser`);

/** @throws Error where the filter names no property. */
export const { validateQueryTree } = load<{ validateQueryTree: (filter: QueryNode) => void }>(
  `${QUERY}/QueryValidator`,
);

export const meetsQuery = loadDefault<(item: Entity | TableModel, filter: QueryNode) => boolean>(
  `${QUERY}/QueryInterpreter`,
);

export const { newTableEntityEtag } = load<{ newTableEntityEtag: (modified: string) => string }>(
  'table/utils/utils',
);
