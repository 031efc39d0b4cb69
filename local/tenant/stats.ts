/** What Graph was asked since the last reset. Controls and sign-in are not among the requests. */
export interface StatsReport {
  /** HTTP requests; a batch is one. */
  readonly requests: number;
  /** Requests inside batches. */
  readonly batchItems: number;
  readonly resourceUnits: number;
  readonly writes: number;
  /** Answers with status 429, those inside batches included. */
  readonly throttled: number;
  /** Access tokens issued. */
  readonly tokens: number;
  /** By method and pattern, `GET /users/delta`; requests inside batches included. */
  readonly byRoute: Readonly<Record<string, number>>;
  /** By status code, requests inside batches included. */
  readonly byStatus: Readonly<Record<string, number>>;
}

/** Counts the requests to Graph. */
export class Stats {
  #requests = 0;
  #batchItems = 0;
  #resourceUnits = 0;
  #writes = 0;
  #tokens = 0;
  readonly #byRoute = new Map<string, number>();
  readonly #byStatus = new Map<string, number>();

  request(): void {
    this.#requests += 1;
  }

  batchItem(): void {
    this.#batchItems += 1;
  }

  token(): void {
    this.#tokens += 1;
  }

  /** A request that was let through to its operation, with what it cost. */
  route(name: string, cost: { units: number; isWrite: boolean }): void {
    this.#byRoute.set(name, (this.#byRoute.get(name) ?? 0) + 1);
    this.#resourceUnits += cost.units;
    if (cost.isWrite) this.#writes += 1;
  }

  answer(status: number): void {
    const name = String(status);
    this.#byStatus.set(name, (this.#byStatus.get(name) ?? 0) + 1);
  }

  reset(): void {
    this.#requests = 0;
    this.#batchItems = 0;
    this.#resourceUnits = 0;
    this.#writes = 0;
    this.#tokens = 0;
    this.#byRoute.clear();
    this.#byStatus.clear();
  }

  report(): StatsReport {
    return {
      requests: this.#requests,
      batchItems: this.#batchItems,
      resourceUnits: this.#resourceUnits,
      writes: this.#writes,
      throttled: this.#byStatus.get('429') ?? 0,
      tokens: this.#tokens,
      byRoute: Object.fromEntries([...this.#byRoute].sort(([a], [b]) => (a < b ? -1 : 1))),
      byStatus: Object.fromEntries(this.#byStatus),
    };
  }
}
