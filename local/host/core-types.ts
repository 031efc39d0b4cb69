/**
 * The part of the contract between the Functions worker and `@azure/functions` that this host
 * uses. The library is compiled against a package, `@azure/functions-core`, that only the worker
 * provides and that is not published, so its shapes are written down here.
 */

/** A value as it travels between host and worker: exactly one member is set. */
export interface RpcTypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: RpcHttpData;
}

export interface RpcHttpCookie {
  readonly name?: string;
  readonly value?: string;
  readonly domain?: { readonly value?: string };
  readonly path?: { readonly value?: string };
  readonly expires?: { readonly value?: { readonly seconds?: number } };
  readonly secure?: { readonly value?: boolean };
  readonly httpOnly?: { readonly value?: boolean };
  readonly maxAge?: { readonly value?: number };
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
}

type NullableStrings = Readonly<Record<string, { readonly value: string }>>;

export interface RpcHttpData {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: NullableStrings;
  readonly nullableQuery?: NullableStrings;
  readonly nullableParams?: NullableStrings;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RpcTypedData | null;
  readonly statusCode?: string;
  readonly cookies?: readonly RpcHttpCookie[];
}

/** A trigger or an output, with the options the function gave it. */
export interface Binding {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/** What the worker hands to the library with each invocation. */
export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: RpcTypedData }[];
    readonly triggerMetadata: Readonly<Record<string, RpcTypedData>>;
  };
  readonly log: (level: LogLevel, category: string, message: string) => void;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
}

export interface InvocationResponse {
  readonly returnValue?: RpcTypedData | null;
  readonly outputData?: readonly { readonly name: string }[];
}

/** The library's own conversion of one invocation; `context` is its InvocationContext. */
export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(
    capabilities: Record<string, string | undefined>,
  ): Promise<Record<string, string | undefined>>;
}

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';
export type HookCallback = (context: Record<string, unknown>) => unknown;
