import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../infra/cost/estimate.ts';
import { PRICE_SOURCES, UNCONFIRMED } from '../../../infra/cost/price-sources.ts';
import { PRICES } from '../../../infra/cost/prices.ts';
import { type Load, usageOf } from '../../../infra/cost/usage.ts';

const NOTHING: Load = { connections: 0, users: 0, groups: 0, memberships: 0, changesPerDay: 0 };
const IDLE: Load = { ...NOTHING, connections: 1 };

const line = (load: Load, name: string) =>
  estimate(load, PRICES).monthly.find((one) => one.name === name)?.dollars;

describe('what a load asks for', () => {
  it('is 20 polls an hour of an idle connection, and 4 looks at its subscriptions', () => {
    const { idle } = usageOf(IDLE);
    expect(idle.graphRequests).toBe(730 * (20 * 2 + 4 * 1));
    expect(idle.messages).toBe(730 * (20 + 1));
    expect(idle.transactions).toBe(730 * (20 * 4 + 4 * 5 + 22));
  });

  it('is 2 requests of Graph, 3 messages and 12 transactions for a change', () => {
    const { changes } = usageOf({ ...IDLE, changesPerDay: 24 });
    expect(changes).toMatchObject({
      graphRequests: 2 * 730,
      messages: 3 * 730,
      transactions: 12 * 730,
      requests: 730,
    });
  });

  it('is a transaction an object and 0.4 a membership for an import, with 500 besides', () => {
    const size = { users: 1_000, groups: 100, memberships: 5_000 };
    const { imports } = usageOf({ ...IDLE, ...size });
    expect(imports.transactions).toBe(1_000 + 100 + 0.4 * 5_000 + 500);
    expect(imports.graphRequests).toBe(5 + 1 + 5);
  });

  it('is half a transaction an object for a resync, every week', () => {
    const { resyncs } = usageOf({ ...IDLE, users: 7_000 });
    expect(resyncs.transactions).toBeCloseTo(0.5 * 7_000 * (730 / 24 / 7), 6);
  });

  it.each(['idle', 'changes', 'resyncs', 'imports'] as const)(
    '%s grow with connections',
    (work) => {
      const load = { ...IDLE, users: 100, changesPerDay: 5 };
      const [one, three] = [usageOf(load)[work], usageOf({ ...load, connections: 3 })[work]];
      expect(three.transactions).toBeCloseTo(3 * one.transactions, 6);
    },
  );
});

describe('what a load costs', () => {
  it('is an always-ready instance of 2 GB and the base of the bus where nothing is to do', () => {
    expect(line(NOTHING, 'always-ready instance')).toBeCloseTo(2 * 730 * 3_600 * 0.000004, 6);
    expect(line(NOTHING, 'Service Bus, base price')).toBeCloseTo(9.855, 6);
    expect(line(NOTHING, 'idle connections')).toBe(0);
  });

  it('is that of the alerts and the memory in the Bicep files', () => {
    const rules = readFileSync('infra/modules/alerts.bicep', 'utf8');
    const count = (text: string) => rules.split(text).length - 1;
    const { every5Minutes, every15Minutes, metricSeries } = PRICES.alerts;
    expect(line(NOTHING, 'alerts')).toBeCloseTo(
      count("frequency: 'PT5M'") * every5Minutes +
        count("frequency: 'PT15M'") * every15Minutes +
        2 * metricSeries,
      6,
    );
    const main = readFileSync('infra/main.bicep', 'utf8');
    expect(main).toContain('param instanceMemoryMB int = 2048');
  });

  it('is what infra/README.md says: some 40 dollars, and one for another idle connection', () => {
    const small = {
      connections: 1,
      users: 1_000,
      groups: 100,
      memberships: 5_000,
      changesPerDay: 10,
    };
    expect(Math.round(estimate(small, PRICES).dollarsAMonth / 10) * 10).toBe(40);
    expect(line(IDLE, 'idle connections')).toBeCloseTo(1, 0);
  });

  it('is the sum of its lines', () => {
    const { monthly, dollarsAMonth } = estimate({ ...IDLE, users: 500 }, PRICES);
    const sum = monthly.reduce((total, { dollars }) => total + dollars, 0);
    expect(dollarsAMonth).toBeCloseTo(sum, 6);
  });

  it('grants no more than there is, and no more than what is free', () => {
    const { freeGbSeconds, onDemandGbSecond, freeExecutions, millionExecutions } = PRICES.functions;
    const most =
      freeGbSeconds * onDemandGbSecond +
      (freeExecutions / 1e6) * millionExecutions +
      13 * PRICES.bus.millionOperations +
      5 * PRICES.logs.gb;
    const granted = (load: Load) => -(line(load, 'grants and included') ?? 0);
    expect(granted({ ...IDLE, connections: 10_000 })).toBeCloseTo(most, 6);
    expect(granted(IDLE)).toBeLessThan((line(IDLE, 'idle connections') ?? 0) + 2);
    expect(granted(NOTHING)).toBeGreaterThan(0);
  });

  it.each([...Array(5).keys()])('never falls where there is more to do (%i)', (power) => {
    const load = { connections: 10 ** power, users: 100, groups: 10, memberships: 500 };
    const [less, more] = [1, 2].map(
      (factor) => estimate({ ...load, changesPerDay: factor * 10 }, PRICES).dollarsAMonth,
    );
    expect(more).toBeGreaterThanOrEqual(less ?? Number.NaN);
  });
});

describe('prices', () => {
  const priced = Object.entries(PRICES).flatMap(([group, prices]) =>
    typeof prices === 'object' ? Object.keys(prices).map((name) => `${group}.${name}`) : [],
  );

  it('have a source each', () => {
    expect(priced.length).toBeGreaterThan(10);
    expect(Object.keys(PRICE_SOURCES).sort()).toEqual(priced.sort());
  });

  it.each(Object.entries(PRICE_SOURCES))('%s says where it is from, and when', (_, source) => {
    for (const address of [source.list, source.seen?.at ?? source.list])
      expect(URL.parse(address)?.protocol).toBe('https:');
    expect(source.seen?.on ?? '2026').toMatch(/^20\d\d(-\d\d){0,2}$/);
  });

  it('are marked where nobody has confirmed them', () => {
    expect(UNCONFIRMED).toEqual(['tables.gbMonth']);
  });
});

describe('npm run cost', () => {
  const run = (...args: string[]) =>
    execFileSync(process.execPath, ['infra/cost/main.ts', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('says it as JSON, with the prices it goes by', () => {
    const told: unknown = JSON.parse(run('--json', '--users', '5000', '--connections', '10'));
    expect(told).toMatchObject({
      load: { connections: 10, users: 5_000, groups: 500, memberships: 25_000 },
      prices: { region: PRICES.region, asOf: PRICES.asOf, currency: 'USD' },
      dollarsAMonth: expect.any(Number),
    });
  });

  it('says it as a table', () => {
    const told = run('--connections', '2');
    expect(told).toMatch(/^idle connections .*\d/m);
    expect(told).toContain(PRICES.asOf);
    for (const name of UNCONFIRMED) expect(told).toContain(name);
  });

  it('refuses what is no number', () => {
    expect(() => run('--users', 'many')).toThrow(/--users takes a whole number/);
  });
});
