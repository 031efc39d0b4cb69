import type { HttpRequest } from '@azure/functions';
import { AppError } from '../errors.ts';

/** What a request is answered by, and the parts of its path that have names. */
export interface FoundRoute<Row> {
  readonly row: Row;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The row of a table of routes that a request asks for.
 * @throws AppError `not-found`, `method-not-allowed`
 */
export function findRoute<Row extends readonly [method: string, path: string, ...unknown[]]>(
  rows: readonly Row[],
  request: HttpRequest,
): FoundRoute<Row> {
  const { pathname } = new URL(request.url);
  const matches = rows.flatMap((row) => {
    const params = matchPath(row[1], pathname);
    return params ? [{ row, params }] : [];
  });
  const match = matches.find(({ row }) => row[0] === request.method);
  if (match) return match;
  if (matches.length === 0) throw new AppError('not-found', 'there is nothing at this address');
  const methods = matches.map(({ row }) => row[0]).join(', ');
  throw new AppError('method-not-allowed', `this address takes ${methods}`);
}

function matchPath(path: string, pathname: string): Record<string, string> | undefined {
  const [wanted, given] = [path.split('/'), pathname.replace(/\/$/, '').split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(given[index] ?? '');
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && value !== '') params[name] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

/** What is no valid escape matches nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
