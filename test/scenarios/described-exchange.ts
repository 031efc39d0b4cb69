import type { Answer, Sent } from './admin-api.ts';
import { DESCRIPTION, misfits, type Operation, operationOf } from './described.ts';

/** A request and what came of it. */
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly sent: Sent;
  readonly answer: Answer;
}

/**
 * Holds an exchange against the description of the admin API: the status must be one that it names, the
 * body as it says, down to the last member, and what was taken must be what it says is taken.
 * @throws Error that says what differs
 */
export function requireDescribed(exchange: Exchange): void {
  const { method, path, answer } = exchange;
  const operation = operationOf(method, path);
  const found = operation ? differences(operation, exchange) : problemMisfits(answer);
  if (found.length === 0) return;
  const { status, body } = answer;
  throw new Error(
    `${method} ${path} is not as described: ${found.join('; ')}\n${status} ${JSON.stringify(body)}`,
  );
}

function differences(operation: Operation, { path, sent, answer }: Exchange): string[] {
  const { status, headers, body } = answer;
  const described = operation.responses[String(status)];
  if (!described) return [`the status ${status} is not described`];
  if (status >= 400) return problemMisfits(answer);
  const json = described.content['application/json'];
  const missing = Object.keys(described.headers).filter((name) => !headers.has(name));
  return [
    ...missing.map((name) => `the header ${name} is missing`),
    ...(json ? misfits(json.schema, body) : body === undefined ? [] : ['there is a body']),
    ...requestMisfits(operation, sent),
    ...queryMisfits(operation, path),
  ];
}

/** What was taken, as long as it was sent as JSON and not as text that a test makes up. */
function requestMisfits({ requestBody }: Operation, { body, text }: Sent): string[] {
  if (text !== undefined) return [];
  if (body === undefined) return requestBody?.required ? ['a body is needed'] : [];
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return ['no body is taken'];
  return misfits(schema, JSON.parse(JSON.stringify(body)));
}

function queryMisfits({ parameters }: Operation, path: string): string[] {
  const query = new URLSearchParams(path.split('?')[1] ?? '');
  const known = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
  return [...query.keys()].filter((name) => !known.has(name)).map((name) => `no query ${name}`);
}

function problemMisfits({ headers, body }: Answer): string[] {
  const type = headers.get('content-type') ?? '';
  const isProblem = type.startsWith('application/problem+json');
  return isProblem ? misfits(DESCRIPTION.components.schemas.Problem, body) : [`it is ${type}`];
}
