import { Module } from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  LogLevel,
  ProgrammingModel,
} from './core-types.ts';

/** A function as `app.http`, `app.timer` or `app.serviceBusQueue` registered it. */
export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** What the app has registered so far. */
export interface Registry {
  readonly functions: Map<string, RegisteredFunction>;
  readonly hooks: Map<HookName, HookCallback[]>;
  model: ProgrammingModel | undefined;
  log: (level: LogLevel, category: string, message: string) => void;
}

const FUNCTION_NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

let installed: Registry | undefined;

/**
 * Answers `require('@azure/functions-core')` from now on, which makes `@azure/functions` register
 * with us, and returns what it registers. The Node worker does the same, also by patching
 * `require`. The library keeps its answer for the life of the process: one app per process.
 */
export function installFunctionsCore(): Registry {
  if (installed) return installed;
  const registry: Registry = {
    functions: new Map(),
    hooks: new Map(),
    model: undefined,
    log: () => {},
  };
  const api = coreApi(registry);
  const { value: original } = Object.getOwnPropertyDescriptor(Module.prototype, 'require') ?? {};
  Module.prototype.require = function require(this: Module, id: string): unknown {
    return id === '@azure/functions-core' ? api : Reflect.apply(original, this, [id]);
  };
  installed = registry;
  return registry;
}

function coreApi(registry: Registry): Record<string, unknown> {
  return {
    // The oldest versions that the library asks for before it offers log hooks and streams.
    version: '3.11.0',
    hostVersion: '4.34.0',
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
      addFunction(registry, { metadata, callback });
      return { dispose: () => registry.functions.delete(metadata.name) };
    },
    registerHook: (name: HookName, callback: HookCallback) => addHook(registry, name, callback),
    log: (level: LogLevel, category: string, message: string) =>
      registry.log(level, category, message),
    Disposable,
  };
}

function addFunction(registry: Registry, registered: RegisteredFunction): void {
  const { name } = registered.metadata;
  if (!FUNCTION_NAME.test(name)) throw new Error(`"${name}" is not a valid function name.`);
  if (registry.functions.has(name)) {
    throw new Error(`A function with name "${name}" has already been registered.`);
  }
  registry.functions.set(name, registered);
}

function addHook(registry: Registry, name: HookName, callback: HookCallback): Disposable {
  const callbacks = registry.hooks.get(name) ?? [];
  registry.hooks.set(name, [...callbacks, callback]);
  return new Disposable(() => {
    const rest = (registry.hooks.get(name) ?? []).filter((hook) => hook !== callback);
    registry.hooks.set(name, rest);
  });
}

class Disposable {
  readonly #dispose: () => void;

  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }

  dispose(): void {
    this.#dispose();
  }
}
