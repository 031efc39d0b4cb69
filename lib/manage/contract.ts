import type { HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Call } from './manage.ts';
import type { Role } from './roles.ts';

/** One answer of a route that is no problem. */
interface Described {
  readonly description: string;
  /** What the body is; absent = it is empty. */
  readonly body?: z.ZodType;
  readonly example?: unknown;
  /** It is given as a file as well, as CSV or JSON lines, where that is asked for. */
  readonly files?: true;
  /** Headers that it always has. */
  readonly headers?: readonly ('etag' | 'location')[];
}

/** What a route takes and gives, as the OpenAPI description says it. */
export interface Contract {
  /** Its name, unique among all. */
  readonly operation: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: {
    readonly schema: z.ZodType;
    readonly example: unknown;
    /** It may be left out. */
    readonly optional?: true;
  };
  /** The header is needed. */
  readonly ifMatch?: true;
  readonly answers: Readonly<Record<number, Described>>;
  /** What can go wrong, beyond what its other members make possible. */
  readonly problems?: readonly ErrorCode[];
}

/** What can go wrong where the tenant is asked. */
export const OF_THE_TENANT = [
  'credential-refused',
  'bad-answer',
  'bad-link',
  'throttled',
] as const satisfies readonly ErrorCode[];

/** What is shown: nothing of it is changed by who shows it. */
export type Shown<T> = T extends readonly (infer Item)[]
  ? readonly Shown<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Shown<T[Key]> }
    : T;

/** A list as a file. */
export interface FileReply {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly jsonBody?: undefined;
}

type ReplyWith<Status, Answer> =
  | JsonReply<Status, Answer>
  | (Answer extends { readonly files: true } ? FileReply : never);

type JsonReply<Status, Answer> = {
  readonly status: Status;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: undefined;
} & (Answer extends { readonly body: infer Body extends z.ZodType }
  ? { readonly jsonBody: Shown<z.input<Body>> }
  : { readonly jsonBody?: never });

/** Any answer that a contract describes. */
export type Reply<C extends Contract> = {
  [Status in keyof C['answers'] & number]: ReplyWith<Status, C['answers'][Status]>;
}[keyof C['answers'] & number];

/** A handler with what it promises. */
export interface Route {
  readonly contract: Contract;
  readonly handle: (call: Call) => Promise<HttpResponseInit>;
}

/** A line of the table of routes. */
export type Row = readonly [method: string, path: string, role: Role, route: Route];

/**
 * Ties a handler to its contract: an answer of another status, or that lacks what the contract says,
 * is a type error. In two calls, so that the contract is known when the handler is looked at.
 */
export function route<const C extends Contract>(
  contract: C,
): (handle: (call: Call) => Promise<Reply<C>>) => Route {
  return (handle) => ({ contract, handle: async (call) => toInit(await handle(call)) });
}

/** Any answer of any route. */
interface AnyReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly jsonBody?: unknown;
  readonly body?: string | undefined;
}

function toInit(reply: AnyReply): HttpResponseInit {
  const { status, headers, jsonBody, body } = reply;
  return {
    status,
    ...(headers && { headers: { ...headers } }),
    ...(jsonBody !== undefined && { jsonBody }),
    ...(body !== undefined && { body }),
  };
}
