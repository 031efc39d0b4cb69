import {
  type Context,
  GraphClientError,
  type Middleware,
  type MiddlewareOptions,
} from '@microsoft/microsoft-graph-client';
import { AppError } from '../errors.ts';

/** What our middleware knows of a call beside what the SDK passes along. */
export class CallOptions implements MiddlewareOptions {
  /** The exact address: the SDK would take a link apart and put it together its own way. */
  readonly url: string;
  /** Whether sending it twice does no harm. */
  readonly repeatable: boolean;
  /** Not sent again after 503 either. */
  readonly once: boolean;
  /** When the call is over, pauses and repetitions included; milliseconds since 1970. */
  readonly deadline: number;

  constructor(options: { url: string; repeatable: boolean; once: boolean; deadline: number }) {
    this.url = options.url;
    this.repeatable = options.repeatable;
    this.once = options.once;
    this.deadline = options.deadline;
  }
}

/** One call as a link of the chain sees it. */
export interface Call {
  readonly options: CallOptions;
  readonly method: string;
  readonly body: string | null;
  /** Shared by the whole chain; a link may set headers. */
  readonly headers: Headers;
}

export type Handle = (call: Call, next: () => Promise<Response>) => Promise<Response>;

/** Turns functions into the SDK's chain; the first one is the outermost. */
export function middlewareChain(handlers: readonly Handle[]): Middleware {
  return {
    execute: async (context) => {
      const call = callOf(context);
      const from = (index: number): Promise<Response> => {
        const handle = handlers[index];
        if (!handle) throw new TypeError('the last link of the chain asked for a next one');
        return handle(call, () => from(index + 1));
      };
      try {
        context.response = await from(0);
      } catch (error) {
        throw carrierOf(error);
      }
    },
  };
}

/**
 * The error that was thrown in the chain. The SDK wraps every error but its own into one of its
 * own, which would lose our codes; so ours travel inside one of the SDK's.
 */
export function carriedError(error: unknown): unknown {
  if (!(error instanceof GraphClientError)) return error;
  const carried: unknown = error.customError;
  return carried ?? error;
}

function carrierOf(error: unknown): GraphClientError {
  const carrier = new GraphClientError('a call to Graph failed');
  carrier.customError = error;
  return carrier;
}

function callOf(context: Context): Call {
  const options = context.middlewareControl?.getMiddlewareOptions(CallOptions);
  if (!(options instanceof CallOptions))
    throw new AppError('bad-configuration', 'a call to Graph came without its options');
  const { method = 'GET', body, headers } = context.options ?? {};
  return {
    options,
    method,
    body: typeof body === 'string' ? body : null,
    headers: new Headers(headers),
  };
}
