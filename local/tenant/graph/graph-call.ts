/** Who calls, as the access token says. */
export interface Caller {
  readonly appId: string;
  /** Application permissions. */
  readonly roles: ReadonlySet<string>;
  readonly directoryRoles: ReadonlySet<string>;
  /** When the token ends, in milliseconds of the directory's time. */
  readonly authorizedUntil: number;
}

/** One request to Graph, be it on its own or an item of a batch. */
export interface GraphCall {
  readonly method: string;
  /** Decoded segments below `/v1.0`, as they were spelled. */
  readonly segments: readonly string[];
  /** Query options by lower-case name: their case has no meaning in Graph. */
  readonly query: ReadonlyMap<string, string>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
  readonly caller: Caller;
  /** Where links lead to: `https://host:port`. */
  readonly origin: string;
  readonly isBatched?: boolean;
}

/** What Graph answers. */
export interface GraphAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined = no body. */
  readonly body?: unknown;
  /** The answer never comes: the connection is dropped after this many seconds. */
  readonly hangSeconds?: number;
  /** Only half the body is sent: the connection is cut, or what comes is no JSON any more. */
  readonly truncated?: 'cut' | 'syntax';
}

/** The values of a route's `{placeholders}`. */
export type Params = Readonly<Record<string, string | undefined>>;

export const ok = (body: unknown): GraphAnswer => ({ status: 200, body });
export const created = (body: unknown): GraphAnswer => ({ status: 201, body });
export const noContent: GraphAnswer = { status: 204 };

/** Splits a path and a query as they stand in a URL. Throws URIError on a bad percent sign. */
export function parseTarget(target: string): Pick<GraphCall, 'segments' | 'query'> {
  const [path = '', ...rest] = target.split('?');
  // users('id') is another spelling of users/id (OData 4.01 URL conventions, section 4.3.1).
  const plain = path.replace(/\('([^']*)'\)/g, '/$1').replace(/\(\)/g, '');
  const segments = plain
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeURIComponent);
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rest.join('?'))) {
    query.set(name.toLowerCase(), value);
  }
  return { segments, query };
}

/** The entries of a comma-separated option such as `$select`; undefined where it is absent. */
export function listOption(call: GraphCall, name: string): string[] | undefined {
  const text = call.query.get(name);
  if (text === undefined) return undefined;
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
