import { differencesOf } from './differences.ts';
import { AnyOrder, type Exchange, type Expected, type Story } from './exchange.ts';

/** A request as it goes out, all names filled in. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Undefined = the good one; null = none. */
  readonly bearer: string | null | undefined;
}

/** An answer as it came in. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Where a story is told. */
export interface Stage {
  /** The tenant URL, known as `{{base}}`. */
  readonly base: string;
  /** The token that is good here. */
  readonly bearer: string;
  readonly send: (sent: Sent) => Promise<Received>;
}

type Names = Map<string, string>;

/** Plays a story. @throws Error that names the exchange and each place where the answer differs */
export async function replay({ exchanges }: Story, { base, send }: Stage): Promise<void> {
  const names: Names = new Map([['base', base]]);
  for (const exchange of exchanges) {
    const received = await send(sentOf(exchange, names));
    const body: unknown = received.text === '' ? undefined : JSON.parse(received.text);
    if (received.status === exchange.expect.status)
      for (const [name, path] of Object.entries(exchange.keep ?? {}))
        names.set(name, keptOf(path, received, body));
    const wrong = wrongIn(exchange, received, { body, names });
    if (wrong.length > 0) throw new Error(`${exchange.name}:\n${wrong.join('\n')}`);
  }
}

function sentOf({ request }: Exchange, names: Names): Sent {
  const { method, path, headers = {}, body, bearer } = request;
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  return {
    method,
    path: filled(path, names),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/scim+json; charset=utf-8' }),
      ...Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, filled(v, names)])),
    },
    // Names stand for texts without anything that JSON would escape, but for entity tags.
    body: text === undefined ? undefined : filled(text, names, escaped),
    bearer,
  };
}

function wrongIn(
  { expect }: Exchange,
  { status, headers, text }: Received,
  { body, names }: { readonly body: unknown; readonly names: Names },
): string[] {
  if (status !== expect.status)
    return [`the status is ${status} and not ${expect.status}: ${text.slice(0, 1_000)}`];
  const ofHeaders = Object.entries(expect.headers ?? {}).flatMap(([name, value]) =>
    differencesOf(headers.get(name) ?? undefined, expectedOf(value, names), `header ${name}`),
  );
  const ofBody =
    expect.body === undefined ? [] : differencesOf(body, expectedOf(expect.body, names));
  const present = (expect.not ?? [])
    .map((one) => filled(one, names))
    .filter((one) => text.includes(one));
  return [...ofHeaders, ...ofBody, ...present.map((one) => `"${one}" stands in ${text}`)];
}

function expectedOf(expected: Expected, names: Names): Expected {
  if (typeof expected === 'string') return filled(expected, names);
  if (expected instanceof AnyOrder)
    return new AnyOrder(
      expected.all.map((one) => expectedOf(one, names)),
      expected.isWhole,
    );
  if (typeof expected !== 'object' || expected === null || expected instanceof RegExp)
    return expected;
  if (Array.isArray(expected)) return expected.map((one) => expectedOf(one, names));
  return Object.fromEntries(
    Object.entries(expected).map(([name, one]) => [name, expectedOf(one, names)]),
  );
}

function keptOf(path: string, { headers }: Received, body: unknown): string {
  if (path.startsWith('header:')) return headers.get(path.slice('header:'.length)) ?? '';
  let found: unknown = body;
  for (const part of path.split('.'))
    found =
      typeof found === 'object' && found !== null
        ? new Map(Object.entries(found)).get(part)
        : undefined;
  if (typeof found !== 'string') throw new Error(`there is no text at ${path}`);
  return found;
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function filled(text: string, names: Names, as = (value: string) => value): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = names.get(name);
    if (value === undefined) throw new Error(`nothing is known as ${name}`);
    return as(value);
  });
}
