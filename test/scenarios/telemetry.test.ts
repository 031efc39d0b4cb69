import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from './world.ts';

// A collector of OpenTelemetry's own protocol (OTLP over HTTP, JSON), and a world that sends to it.

const attributes = z
  .array(
    z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }) }),
  )
  .transform((list) => new Map(list.map(({ key, value }) => [key, value.stringValue])));
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              name: z.string(),
              parentSpanId: z.string().optional(),
              attributes,
            }),
          ),
        }),
      ),
    }),
  ),
});
const points = z.object({ dataPoints: z.array(z.looseObject({ attributes })) }).optional();
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(
            z.object({ name: z.string(), sum: points, gauge: points, histogram: points }),
          ),
        }),
      ),
    }),
  ),
});

type Span = z.output<typeof tracesSchema>['resourceSpans'][0]['scopeSpans'][0]['spans'][0];
type Metric = z.output<typeof metricsSchema>['resourceMetrics'][0]['scopeMetrics'][0]['metrics'][0];

const texts: string[] = [];
const spans: Span[] = [];
const metrics: Metric[] = [];
let collector: Server;
let world: World;

beforeAll(async () => {
  collector = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      texts.push(text);
      take(request.url ?? '', JSON.parse(text));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  world = await startWorld({ users: 5, groups: 1, memberships: 3, own: { front: true, env } });
});
afterAll(async () => {
  await world?.stop();
  collector.close();
});

function take(path: string, body: unknown): void {
  if (path === '/v1/traces')
    spans.push(
      ...tracesSchema
        .parse(body)
        .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  if (path === '/v1/metrics')
    metrics.push(
      ...metricsSchema
        .parse(body)
        .resourceMetrics.flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap((scope) => scope.metrics),
        ),
    );
}

/** The values of a label among all points of a metric. */
function labelsOf(name: string, label: string): ReadonlySet<string | undefined> {
  const found = metrics
    .filter((metric) => metric.name === name)
    .flatMap(({ sum, gauge, histogram }) => (sum ?? gauge ?? histogram)?.dataPoints ?? []);
  return new Set(found.map((point) => point.attributes.get(label)));
}

describe('telemetry', () => {
  it('tells of one trace from the notification to the write, and of what was done', async () => {
    await world.until(async () => (await world.tenant.subscriptions()).length === 2);
    const { id } = await world.tenant.createUser({ displayName: 'Tilda Trace' });
    await world.until(async () => (await world.app.read()).users.has(id));
    // As long as a run is open and moves, nothing is said of the age of the last one.
    await world.until(async () => {
      return (await world.admin.status(world.connectionId)).currentRun === null;
    });
    await world.azure.runTimer('poll-timer');
    await world.until(async () => (await world.waitingMessages()) === 0);
    // An instance that ends sends what it has.
    await world.azure.stop();

    const names = (traceId: string) =>
      new Set(spans.filter((span) => span.traceId === traceId).map(({ name }) => name));
    const notified = spans.filter(({ name }) => name === 'graph-notifications');
    const whole = notified.filter(({ traceId }) => names(traceId).has('apply'));
    expect(whole.length).toBeGreaterThan(0);
    expect(names(whole[0]?.traceId ?? '')).toEqual(
      new Set(['graph-notifications', 'poll', 'apply']),
    );
    const applied = spans.filter(({ name }) => name === 'apply');
    expect(applied[0]?.attributes.get('tandem.connection')).toBe(world.connectionId);

    expect(labelsOf('tandem.changes.applied', 'connection')).toEqual(new Set([world.connectionId]));
    expect(labelsOf('tandem.changes.applied', 'operation')).toContain('create');
    expect(labelsOf('tandem.delay', 'operation')).toContain('create');
    for (const gauge of ['tandem.poll.age', 'tandem.held', 'tandem.subscriptions.failing'])
      expect(labelsOf(gauge, 'connection')).toEqual(new Set([world.connectionId]));
    for (const count of ['graph.requests', 'graph.units', 'bus.messages', 'tables.transactions'])
      expect(labelsOf(`tandem.${count}`, 'connection')).toContain(world.connectionId);

    const told = texts.join('');
    expect(told).not.toContain('Tilda');
    expect(told).not.toContain(id);
  });
});
