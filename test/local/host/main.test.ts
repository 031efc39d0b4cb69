import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startChild } from '../../../local/processes.ts';

const module = fileURLToPath(new URL('../../../local/host/main.ts', import.meta.url));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const root = here('fixtures/app');

const start = (argument: Record<string, unknown>, onOutput?: (text: string) => void) =>
  startChild({
    name: 'worker',
    module,
    argument: { root, ...argument },
    env: { TICK_SCHEDULE: '0 0 0 1 1 *', LOG_LEVEL: 'error', BUS: 'unused' },
    ready: z.object({ ready: z.literal(true), port: z.int(), functions: z.array(z.string()) }),
    ...(onOutput ? { onOutput } : {}),
  });

describe('a worker', () => {
  it('serves, answers questions, logs failures, and drains on SIGTERM', async () => {
    let output = '';
    const worker = await start({}, (text) => {
      output += text;
    });
    expect(worker.ready.functions).toEqual(expect.arrayContaining(['echo', 'tick', 'atStart']));
    const url = `http://127.0.0.1:${worker.ready.port}`;
    await fetch(`${url}/throws`);
    await worker.ask({ ask: 'runTimer', name: 'tick' });
    await expect(worker.ask({ ask: 'runTimer', name: 'none' })).rejects.toThrow('no timer');
    const { stats } = await worker.ask({ ask: 'stats' });
    expect(stats).toMatchObject({
      rssMb: expect.any(Number),
      peakRssMb: expect.any(Number),
      invocations: { throws: { count: 1, failed: 1 }, tick: { count: 1, failed: 0 } },
      counters: {},
    });
    const line = output.split('\n').find((each) => each.includes('secret detail')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ level: 'error', function: 'throws' });

    const slow = fetch(`${url}/slow`);
    await expect
      .poll(async () => JSON.stringify((await worker.ask({ ask: 'stats' })).stats))
      .toContain('slow');
    process.kill(worker.pid, 'SIGTERM');
    expect(await (await slow).text()).toBe('done');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });

  it('leaves out the triggers that another one serves', async () => {
    const worker = await start({ without: ['http', 'timer'] });
    expect(worker.ready.port).toBe(0);
    await expect(worker.ask({ ask: 'runTimer', name: 'tick' })).rejects.toThrow('no timer');
    await worker.end();
  });

  it.each([
    ['reserved', 'conflicts with one or more built in routes'],
    ['twins', 'its route conflicts with that of "f"'],
    ['schedule', 'is not an NCRONTAB one'],
    ['setting', 'The setting %NOT_SET% does not resolve to a value'],
    ['batch', 'cardinality'],
    ['template', 'Only the end of the route'],
    ['blob', 'no "blobTrigger" here'],
  ])('refuses at start what cannot be served: %s', async (folder, reason) => {
    const functionsDir = here(`fixtures/refused/${folder}`);
    await expect(start({ functionsDir })).rejects.toThrow(reason);
  });
});
