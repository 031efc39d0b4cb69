import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';

/**
 * A path of the admin API of its parts, each of which stays one.
 * @throws CommandFailure where a part is none
 */
export function pathOf(...parts: readonly string[]): string {
  for (const part of parts)
    if (part === '' || part === '.' || part === '..')
      throw new CommandFailure(EXIT.usage, `"${part}" is no id.`);
  return `/manage/${parts.map(encodeURIComponent).join('/')}`;
}

/** With what is given of a query. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}
