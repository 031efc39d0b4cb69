import { AppError, type ErrorCode } from '../../../../lib/errors.ts';
import type {
  GraphSubscription,
  Notifications,
  WantedSubscription,
} from '../../../../lib/ports/entra.ts';

/** What Graph was told to do, in order: `subscribe users`, `renew users`, `unsubscribe users`. */
type Call = string;

/** The subscriptions of one application in one tenant, with Graph's own rules. */
export class FakeNotifications implements Notifications {
  readonly calls: Call[] = [];
  readonly secrets = new Map<string, string>();
  /** Called before the next answer of a kind; may throw. */
  before: (call: Call) => Promise<void> | void = () => {};
  /** As `before`, but once it was carried out. */
  after: (call: Call) => Promise<void> | void = () => {};
  #made = new Map<string, GraphSubscription>();
  #next = 1;

  /** As another deployment of the application would have made it, or ours long ago. */
  put(resource: 'users' | 'groups', notificationUrl: string, expiresAt: number): string {
    const id = `s-${this.#next++}`;
    const lifecycleNotificationUrl = notificationUrl;
    this.#made.set(id, { id, resource, notificationUrl, lifecycleNotificationUrl, expiresAt });
    return id;
  }

  lose(id: string): void {
    this.#made.delete(id);
  }

  all(): readonly GraphSubscription[] {
    return [...this.#made.values()];
  }

  of(resource: string): GraphSubscription | undefined {
    return this.all().find((one) => one.resource === resource);
  }

  async list(): Promise<readonly GraphSubscription[]> {
    return this.#carryOut('list', () => this.all());
  }

  async find(id: string): Promise<GraphSubscription | undefined> {
    return this.#carryOut('find', () => this.#made.get(id));
  }

  async subscribe(wanted: WantedSubscription): Promise<GraphSubscription> {
    const { resource, notificationUrl, clientState, expiresAt } = wanted;
    return this.#carryOut(`subscribe ${resource}`, () => {
      if (this.of(resource)) throw refused('conflict', 'there is one already');
      const id = this.put(resource, notificationUrl, expiresAt);
      this.secrets.set(id, clientState);
      return { ...there(this.#made.get(id)) };
    });
  }

  async renew(id: string, { expiresAt }: { expiresAt: number }) {
    return this.#carryOut(`renew ${this.#made.get(id)?.resource ?? id}`, () => {
      const known = this.#made.get(id);
      if (known) this.#made.set(id, { ...known, expiresAt });
      return this.#made.get(id);
    });
  }

  async unsubscribe(id: string): Promise<void> {
    const resource = this.#made.get(id)?.resource;
    await this.#carryOut(`unsubscribe ${resource ?? id}`, () => this.#made.delete(id));
  }

  async #carryOut<T>(call: Call, work: () => T): Promise<T> {
    await this.before(call);
    this.calls.push(call);
    const done = work();
    await this.after(call);
    return done;
  }
}

/** An error as the adapter throws it. */
export function refused(code: ErrorCode, message = 'refused'): AppError {
  return new AppError(code, message, { side: 'entra' });
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}
