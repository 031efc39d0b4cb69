import { randomUUID } from 'node:crypto';
import type {
  Binding,
  CoreInvocationContext,
  HookName,
  InvocationModel,
  InvocationResponse,
  RpcTypedData,
} from './core-types.ts';
import type { RegisteredFunction, Registry } from './functions-core.ts';
import { describeError, type Log } from './log.ts';

/** How often a function ran, and how often it threw. */
export interface InvocationCount {
  count: number;
  failed: number;
}

/** What a trigger has for a function: its input and what the host tells about it. */
export interface TriggerData {
  readonly data: RpcTypedData;
  readonly metadata?: Readonly<Record<string, RpcTypedData>>;
}

export interface InvokerOptions {
  readonly registry: Registry;
  readonly log: Log;
  /** host.json's functionTimeout in milliseconds. */
  readonly timeoutMs: number;
}

/** Runs functions the way the worker does, by the library's own invocation model. */
export class Invoker {
  readonly counts = new Map<string, InvocationCount>();
  readonly #options: InvokerOptions;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** Runs a function once. Rejects with what it threw, or when it ran into functionTimeout. */
  async invoke(target: RegisteredFunction, trigger: TriggerData): Promise<InvocationResponse> {
    const { name } = target.metadata;
    const count = this.counts.get(name) ?? { count: 0, failed: 0 };
    this.counts.set(name, count);
    count.count += 1;
    const invocationId = randomUUID();
    const run = this.#run(target, trigger, invocationId);
    this.#running.add(run);
    try {
      return await this.#withinTimeout(run, name);
    } catch (error) {
      count.failed += 1;
      this.#options.log({
        level: 'error',
        message: 'function failed',
        function: name,
        invocationId,
        error: describeError(error),
      });
      throw error;
    } finally {
      this.#running.delete(run);
    }
  }

  /** Waits until no function runs, at most for the given time. */
  async idle(withinMs: number): Promise<void> {
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(deadline.resolve, withinMs);
    await Promise.race([Promise.allSettled(this.#running), deadline.promise]);
    clearTimeout(timer);
  }

  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const hook of this.#options.registry.hooks.get(name) ?? []) await hook(context);
  }

  async #run(
    { metadata, callback }: RegisteredFunction,
    trigger: TriggerData,
    invocationId: string,
  ): Promise<InvocationResponse> {
    const { registry } = this.#options;
    if (!registry.model) throw new Error('No programming model was registered.');
    const core: CoreInvocationContext = {
      invocationId,
      metadata,
      request: {
        inputData: [{ name: triggerName(metadata), data: trigger.data }],
        triggerMetadata: trigger.metadata ?? {},
      },
      log: (level, category, message) =>
        this.#options.log({ level, category, message, function: metadata.name, invocationId }),
    };
    const model = registry.model.getInvocationModel(core);
    return this.#runWithHooks(core, model, callback);
  }

  async #runWithHooks(
    core: CoreInvocationContext,
    model: InvocationModel,
    functionCallback: RegisteredFunction['callback'],
  ): Promise<InvocationResponse> {
    const { context, inputs } = await model.getArguments();
    const hookData = {};
    core.state = 'preInvocationHooks';
    const before = { hookData, invocationContext: context, inputs, functionCallback };
    await this.runHooks('preInvocation', before);
    core.state = 'invocation';
    const after: Record<string, unknown> = { ...before, result: undefined, error: undefined };
    try {
      after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error ?? new Error('The function threw nothing.');
    }
    core.state = 'postInvocationHooks';
    await this.runHooks('postInvocation', after);
    if (after.error !== undefined && after.error !== null) throw after.error;
    return model.getResponse(context, after.result);
  }

  async #withinTimeout<T>(run: Promise<T>, name: string): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Timeout value exceeded by function "${name}".`)),
      this.#options.timeoutMs,
    );
    try {
      return await Promise.race([run, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function triggerName(metadata: RegisteredFunction['metadata']): string {
  const found = Object.entries(metadata.bindings).find(([, { type }]) => isTrigger(type));
  if (!found) throw new Error(`Function "${metadata.name}" has no trigger.`);
  return found[0];
}

function isTrigger(type: string): boolean {
  return /trigger$/i.test(type);
}

/** The trigger's binding of a function, whatever its kind. */
export function triggerBinding(target: RegisteredFunction): Binding {
  const binding = target.metadata.bindings[triggerName(target.metadata)];
  if (!binding) throw new Error(`Function "${target.metadata.name}" has no trigger.`);
  return binding;
}
