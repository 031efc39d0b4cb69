import { setImmediate as othersDone } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { receiveLaneMessage, receivePoll } from '../../lib/flows/receive.ts';
import type { Connection } from '../../lib/sync/connection.ts';
import type { PollMessage } from '../../lib/sync/messages.ts';
import { withRulesVersion } from '../../lib/sync/rules/rules-key.ts';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { type Chance, openChance } from './chance.ts';
import { FakeTenant } from './fake-tenant.ts';
import type { Fault, History } from './history.ts';
import { luckBegins } from './luck.ts';
import { type Delivery, MemoryBus } from './memory-bus.ts';
import { MemoryTables } from './memory-tables.ts';
import { type Handling, Steps } from './steps.ts';
import { StoreTroubles } from './store-troubles.ts';
import { CALM } from './tenant-troubles.ts';
import { TenantWrites } from './tenant-writes.ts';
import { Watch } from './watch.ts';
import { Wishes } from './wishes.ts';
import { openWorker, TABLES, type WorkerServices } from './worker.ts';

export const CONNECTION = 'c1';

/** Messages that are handled at the same time, over all workers. */
const AT_ONCE = 4;
/** What takes longer than so many turns goes round in circles. */
const TURNS = 100_000;
const START = Date.UTC(2026, 0, 1);

/** What a world needs to know of a history. */
type Shape = Pick<History, 'workers' | 'faults' | 'chance' | 'rules'> &
  Partial<Pick<Connection, 'guard' | 'automatic'>>;

interface Work extends Handling {
  readonly delivery: Delivery;
}

/** A tenant, a bus, tables and workers that run the real flows one request at a time. */
export class World {
  readonly steps = new Steps();
  readonly chance: Chance;
  readonly tenant: FakeTenant;
  readonly writes: TenantWrites;
  readonly bus: MemoryBus;
  readonly tables: MemoryTables;
  readonly troubles = new StoreTroubles(() => this.#now);
  readonly watch: Watch;
  /** What is disabled and deleted in Entra. */
  readonly wishes = new Wishes(() => this.steps.current());
  /** What was thrown and was no error of ours: always a defect. */
  readonly defects: unknown[] = [];
  readonly #clock = { now: () => this.#now };
  /** Another process, for whoever looks on or administers. */
  readonly outside: WorkerServices;
  readonly #workers: WorkerServices[];
  readonly #works = new Set<Work>();
  /** Memberships by Entra ids that the application made by its own hand. */
  readonly joinedInApp = new Set<string>();
  #now = START;
  #turn = 0;
  #faults: readonly Fault[];
  #requests = 0;
  readonly #settings: Pick<Connection, 'guard' | 'automatic'>;
  readonly #rules: Connection['rules'];

  constructor(history: Shape) {
    luckBegins();
    this.chance = openChance(history.chance);
    this.#faults = history.faults;
    const { guard, automatic } = history;
    this.#settings = { ...(guard && { guard }), ...(automatic !== undefined && { automatic }) };
    this.#rules = history.rules;
    const { step } = this.steps;
    this.tenant = new FakeTenant(this.chance, step);
    const { chance, now } = this;
    const { took } = this.wishes;
    this.writes = new TenantWrites(this.tenant, { step, chance, now, took });
    this.bus = new MemoryBus(this.#clock, step);
    this.watch = new Watch(this.tenant, () => this.steps.current());
    this.tables = new MemoryTables({
      step: async (what) => {
        await step();
        if (this.steps.current()) this.troubles.meet(what);
      },
      pageRows: () => this.#pageRows(),
      written: (...row) => {
        this.watch.written(...row);
        this.wishes.written(...row);
      },
    });
    this.outside = this.#openWorker();
    this.#workers = Array.from({ length: history.workers }, () => this.#openWorker());
  }

  async connect(): Promise<void> {
    await this.tables.ensure(TABLES);
    const at = new Date(this.#now).toISOString();
    const tenantId = '00000000-0000-4000-8000-000000000000';
    await this.outside.connections.create({
      id: CONNECTION,
      name: CONNECTION,
      enabled: true,
      entra: { tenantId, clientId: tenantId, credentials: [] },
      app: { kind: 'hosted' },
      ...this.#settings,
      ...(this.#rules && { rules: this.#rules }),
      settingsVersion: 1,
      createdAt: at,
      updatedAt: at,
    });
  }

  async switchTo(enabled: boolean): Promise<void> {
    await this.#change({ enabled });
    if (enabled) this.poll('enabled');
  }

  async changeRules(rules: RuleSettings): Promise<void> {
    await this.#change({ rules });
    this.poll('rules');
  }

  async #change(change: Partial<Connection>): Promise<void> {
    const { connections } = this.outside;
    const stored = await connections.get(CONNECTION);
    if (!stored) throw new Error('the connection is gone');
    const { version, ...connection } = stored;
    const settingsVersion = connection.settingsVersion + (change.rules ? 1 : 0);
    const next = { ...connection, ...change, settingsVersion };
    await connections.save(withRulesVersion(connection, next), version);
  }

  poll(reason: PollMessage['reason'], more: Partial<PollMessage> = {}): void {
    const body = { v: 1, connectionId: CONNECTION, reason, ...more };
    this.bus.put('polls', { session: CONNECTION, body });
  }

  /** From here on nothing fails any more, and who lost a session has woken up. */
  endFaults(): void {
    this.#faults = [];
    Object.assign(this.tenant.troubles, CALM);
    this.writes.refusals = 0;
    this.bus.losesAfter = null;
    this.troubles.end();
  }

  /** Lets everybody work, for so many turns or until nothing is left to do now. */
  async settle(turns = TURNS): Promise<void> {
    for (let n = 0; n < turns; n += 1) {
      await othersDone();
      if (!this.#takeTurn()) return;
    }
    if (turns === TURNS) throw new Error('it does not come to rest');
  }

  /** Moves the clock by so many seconds, with a stop at every message that appears meanwhile. */
  async later(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1_000;
    for (let stops = 0; stops < 500; stops += 1) {
      const next = this.bus.nextDue();
      if (next === undefined || next > end) {
        this.#now = end;
        return;
      }
      this.#now = Math.max(this.#now, next);
      await this.settle();
    }
    throw new Error('messages are scheduled without an end');
  }

  /** Something that was said has never arrived. */
  get hasGaps(): boolean {
    return this.bus.lost.length > 0 || this.tenant.hasForgotten || this.tenant.wasCut;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#now;

  /** So many seconds pass in which nobody gets to work. */
  skip(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  /** The timer fires so many seconds from now, and everything that follows is done. */
  async pollAfter(seconds: number): Promise<void> {
    await this.later(seconds);
    this.poll('timer');
    await this.settle();
  }

  /** @returns whether there was anything to do */
  #takeTurn(): boolean {
    this.#turn += 1;
    const ready = this.bus.ready();
    const able = this.steps.able(this.#turn);
    const isFree = ready.length > 0 && this.#works.size < AT_ONCE;
    if (isFree && (able.length === 0 || this.chance.onceIn(2))) {
      const session = ready[this.chance.below(ready.length)];
      if (session !== undefined) this.#start(session);
      return true;
    }
    const one = able[this.chance.below(Math.max(1, able.length))];
    if (one) {
      if (!this.#befalls(one.handling)) this.steps.release(one);
      return true;
    }
    const next = this.steps.nextTurn();
    if (next === undefined) return this.#isAtWork();
    this.#turn = Math.max(this.#turn, next);
    return true;
  }

  /** Nobody waits for a turn: then nobody may be at work either, for nothing else takes time. */
  #isAtWork(): boolean {
    if (this.#works.size > 0) throw new Error('a worker waits for something that never comes');
    return false;
  }

  #start(session: string): void {
    const delivery = this.bus.accept(session);
    const worker = this.chance.below(this.#workers.length);
    const needs = this.#workers[worker];
    if (!needs) throw new Error('there are no workers');
    const work: Work = { worker, isLost: false, since: this.tenant.past.length, delivery };
    this.wishes.begin(work);
    this.#works.add(work);
    const { queue, body } = delivery;
    const receive = queue === 'polls' ? receivePoll : receiveLaneMessage;
    this.steps
      .run(work, () => receive(needs, body, delivery))
      .then(
        () => this.bus.complete(delivery),
        (error: unknown) => {
          if (!(error instanceof AppError)) this.defects.push(error);
          this.bus.abandon(delivery);
        },
      )
      .finally(() => this.#works.delete(work));
  }

  /** Whether a fault strikes whoever is about to make a request. */
  #befalls(handling: Handling): boolean {
    this.#requests += 1;
    const [fault] = this.#faults;
    if (!fault || this.#requests <= fault.after) return false;
    this.#requests = 0;
    this.#faults = this.#faults.slice(1);
    if (fault.what === 'crash') this.#crash(handling.worker);
    else if (fault.what === 'lose-session') this.#loseSession(handling, fault.sleeps);
    else for (const work of this.#works) this.#loseSession(work, fault.sleeps);
    return true;
  }

  #crash(worker: number): void {
    this.steps.kill(worker);
    this.#workers[worker] = this.#openWorker();
    for (const work of [...this.#works].filter((one) => one.worker === worker)) {
      this.#works.delete(work);
      this.bus.abandon(work.delivery);
    }
  }

  #loseSession(handling: Handling, sleeps: number): void {
    for (const work of this.#works) {
      if (work !== handling) continue;
      work.isLost = true;
      this.bus.abandon(work.delivery);
      this.steps.stall(work, this.#turn + sleeps);
    }
  }

  /** Most pages are full; some end early, as the service may end them. */
  #pageRows(): number {
    return this.chance.onceIn(4) ? 1 + this.chance.below(5) : Number.POSITIVE_INFINITY;
  }

  #openWorker(): WorkerServices {
    const { tables, bus, tenant: feed, writes } = this;
    return openWorker({ tables, bus, feed, writes, clock: this.#clock });
  }
}
