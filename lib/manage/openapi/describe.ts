import type { Contract, Row } from '../contract.ts';
import { type Components, openComponents } from './components.ts';
import { parametersOf } from './parameters.ts';
import { problemSchema, problemsOf } from './problems.ts';

/** The version of the admin API, raised when something of it changes for who uses it. */
const API_VERSION = '1.0.0';

const HEADERS = {
  etag: { description: 'The version, for If-Match', required: true, schema: { type: 'string' } },
  location: { description: 'Where it is', required: true, schema: { type: 'string' } },
} as const;

/** Lists as files: a line of a row, under the names that the page has. */
const FILES = {
  'text/csv': { schema: { type: 'string' }, example: 'id\r\n' },
  'application/jsonl': { schema: { type: 'string' }, example: '{"id":"…"}\n' },
} as const;

/** The parts of a description (OpenAPI 3.1 section 4.8.1). */
export interface Description {
  readonly openapi: '3.1.0';
  readonly info: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: object;
}

/** Describes routes. */
export function describeApi(rows: readonly Row[]): Description {
  const components = openComponents();
  const paths = new Map<string, Record<string, object>>();
  for (const row of rows) {
    const [method, path] = row;
    const operations = paths.get(path) ?? {};
    paths.set(path, { ...operations, [method.toLowerCase()]: operationOf(row, components) });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tandem, the admin API',
      version: API_VERSION,
      description: 'Administers connections between Entra tenants and an application’s directory.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: Object.fromEntries(paths),
    components: {
      schemas: components.named(),
      securitySchemes: {
        entra: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of Entra’s with an app role; each includes those before it',
        },
      },
    },
  };
}

function operationOf(row: Row, components: Components): object {
  const [, path, role, { contract }] = row;
  const { operation, summary, body } = contract;
  const parameters = parametersOf(path, contract, components);
  return {
    operationId: operation,
    summary,
    description: `Takes the app role ${role}.`,
    security: [{ entra: [role] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.optional !== true,
        content: {
          'application/json': { schema: components.taken(body.schema), example: body.example },
        },
      },
    }),
    responses: { ...answersOf(contract, components), ...problemAnswersOf(row, components) },
  };
}

function answersOf({ answers }: Contract, components: Components): object {
  const told = Object.entries(answers).map(
    ([status, { description, body, example, headers, files }]) => [
      status,
      {
        description,
        ...(headers && {
          headers: Object.fromEntries(headers.map((name) => [name, HEADERS[name]])),
        }),
        ...(body && {
          content: {
            'application/json': { schema: components.given(body), example },
            ...(files && FILES),
          },
        }),
      },
    ],
  );
  return Object.fromEntries(told);
}

function problemAnswersOf(row: Row, components: Components): object {
  const schema = components.given(problemSchema);
  const told = problemsOf(row).map(({ status, description, example }) => [
    status,
    { description, content: { 'application/problem+json': { schema, example } } },
  ]);
  return Object.fromEntries(told);
}
