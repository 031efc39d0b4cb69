import { AppError } from '../errors.ts';

/** Where a Graph lives, and for whom its tokens are. */
export interface GraphBase {
  /** Scheme, host and port. Tokens go here and nowhere else. */
  readonly origin: string;
  /** Origin and path up to the version, without a slash at the end. */
  readonly root: string;
  /** What to ask the sign-in service for. */
  readonly scope: string;
}

/**
 * @param baseUrl such as `https://graph.microsoft.com`; a path in it is kept.
 * @throws AppError `bad-configuration` when it is no https address.
 */
export function parseGraphBase(baseUrl: string): GraphBase {
  const url = URL.parse(baseUrl);
  if (url?.protocol !== 'https:' || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new AppError('bad-configuration', 'the base URL of Graph must be a plain https address');
  const path = url.pathname.replace(/\/+$/, '');
  return {
    origin: url.origin,
    root: `${url.origin}${path}/v1.0`,
    scope: `${url.origin}/.default`,
  };
}

/**
 * The address of a resource.
 * @param path below the version, with a leading slash.
 * @param query names with their `$`. Commas stay readable, as Graph writes them itself.
 */
export function graphUrl(
  base: GraphBase,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`,
  );
  return pairs.length === 0 ? `${base.root}${path}` : `${base.root}${path}?${pairs.join('&')}`;
}

/**
 * Checks a link that came with an answer or out of a checkpoint before anything is sent to it: it
 * carries our token, so it must lead to the Graph we asked. The query is opaque and stays as it is.
 * @throws AppError `bad-link`; the link itself is not in the message.
 */
export function ownLink(base: GraphBase, link: string): string {
  const url = URL.parse(link);
  if (!url) throw new AppError('bad-link', 'a link of Graph is no address');
  if (url.origin !== base.origin || url.username !== '' || url.password !== '')
    throw new AppError('bad-link', 'a link of Graph leads to another origin');
  // Graph compares path segments without case (Graph docs: traverse the graph).
  const below = `${new URL(base.root).pathname}/`.toLowerCase();
  if (!url.pathname.toLowerCase().startsWith(below) || /%2f|%5c/i.test(url.pathname))
    throw new AppError('bad-link', 'a link of Graph leads out of its API');
  return url.href;
}

/** Whether a link carries the state of a round, under either spelling of the token's name. */
export function carriesToken(link: string): boolean {
  const names = [...(URL.parse(link)?.searchParams.keys() ?? [])];
  return names.some((name) => /^\$?(skip|delta)token$/i.test(name));
}

/** Whether a link goes on with a round rather than starting the next one. */
export function isNextLink(link: string): boolean {
  const names = [...(URL.parse(link)?.searchParams.keys() ?? [])];
  return names.some((name) => /^\$?skiptoken$/i.test(name));
}
