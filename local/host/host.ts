import { join } from 'node:path';
import type { RegisteredFunction } from './functions-core.ts';
import { installFunctionsCore, type Registry } from './functions-core.ts';
import { type HostJson, readHostJson } from './host-json.ts';
import { startHttpTrigger } from './http-trigger.ts';
import { type InvocationCount, Invoker, triggerBinding } from './invoker.ts';
import { loadApp } from './load-app.ts';
import { createLog, type Log } from './log.ts';
import { startServiceBusTriggers } from './service-bus-trigger.ts';
import { startTimerTrigger } from './timer-trigger.ts';

/** `http`, `timer` and `serviceBus` switch off triggers that another instance serves. */
export interface HostOptions {
  /** The folder of host.json, and of the app's package.json where that names a `main`. */
  readonly root: string;
  /** Where the functions are; default: the `main` file, or else `functions` in root. */
  readonly functionsDir?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** App settings, added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly without?: readonly TriggerKind[];
}

type TriggerKind = 'http' | 'timer' | 'serviceBus';

/** A running Functions host. */
export interface Host {
  /** 0 when HTTP is not served. */
  readonly port: number;
  readonly url: string;
  /** What the app's `main` file exports; undefined where its functions lie in a folder. */
  readonly exports: unknown;
  /** The names of the registered functions. */
  readonly functions: readonly string[];
  invocations(): Record<string, InvocationCount>;
  /** Fires a timer now and resolves when its function has ended. @throws Error if unknown. */
  runTimer(name: string): Promise<void>;
  /** Takes nothing new, lets functions finish within the time (default 10 s), and ends. */
  close(withinMs?: number): Promise<void>;
}

/**
 * Collects what the functions of a folder register and drives them as the Azure Functions host
 * does, by host.json. One host per process, because the library is a singleton.
 * @throws Error when a function cannot be served as it is registered.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  Object.assign(process.env, options.env);
  const hostJson = await readHostJson(join(options.root, 'host.json'));
  const log = createLog();
  const registry = installFunctionsCore();
  registry.log = (level, category, message) => log({ level, category, message });
  const exports = await loadApp(options.root, options.functionsDir);
  await refuseStreams(registry);
  const invoker = new Invoker({ registry, log, timeoutMs: hostJson.functionTimeout });
  await invoker.runHooks('appStart', { hookData: {} });
  return startTriggers({ options, hostJson, registry, invoker, log, exports });
}

interface Parts {
  readonly options: HostOptions;
  readonly hostJson: HostJson;
  readonly registry: Registry;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly exports: unknown;
}

async function startTriggers(parts: Parts): Promise<Host> {
  const { options, hostJson, registry, invoker, log, exports } = parts;
  const { http: httpFunctions, timer, serviceBus } = byTrigger(registry);
  const served = (kind: TriggerKind): boolean => !options.without?.includes(kind);
  const http = served('http')
    ? await startHttpTrigger({
        functions: httpFunctions,
        routePrefix: hostJson.extensions.http.routePrefix,
        invoker,
        port: options.port ?? 0,
      })
    : undefined;
  const queues = startServiceBusTriggers({
    functions: served('serviceBus') ? serviceBus : [],
    settings: hostJson.extensions.serviceBus,
    invoker,
    log,
  });
  const timers = served('timer') ? timer.map((target) => startTimerTrigger(target, invoker)) : [];
  const port = http?.port ?? 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    exports,
    functions: [...registry.functions.keys()],
    invocations: () => Object.fromEntries(invoker.counts),
    runTimer: async (name) => {
      const found = timers.find((each) => each.name === name);
      if (!found) throw new Error(`There is no timer named "${name}" here.`);
      await found.run();
    },
    close: async (withinMs = 10_000) => {
      for (const each of timers) each.stop();
      const stopped = Promise.all([http?.stop(), queues.stop(), invoker.idle(withinMs)]);
      await within(stopped, withinMs);
      http?.cut();
      await invoker.runHooks('appTerminate', { hookData: {} });
    },
  };
}

function byTrigger(registry: Registry): Record<TriggerKind, RegisteredFunction[]> {
  const kinds: Record<string, TriggerKind> = {
    httptrigger: 'http',
    timertrigger: 'timer',
    servicebustrigger: 'serviceBus',
  };
  const sorted: Record<TriggerKind, RegisteredFunction[]> = { http: [], timer: [], serviceBus: [] };
  for (const target of registry.functions.values()) {
    const { type } = triggerBinding(target);
    const kind = kinds[type.toLowerCase()];
    if (!kind) throw new Error(`Function "${target.metadata.name}": no "${type}" here.`);
    sorted[kind].push(target);
  }
  return sorted;
}

/** The library offers an address of its own when the app has asked for HTTP streams. */
async function refuseStreams({ model }: Registry): Promise<void> {
  const capabilities = await model?.getCapabilities({});
  if (capabilities?.HttpUri) throw new Error('HTTP streams are not served by this host.');
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}
