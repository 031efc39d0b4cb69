import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startChild } from '../../local/processes.ts';

const module = fileURLToPath(new URL('fixtures/child.ts', import.meta.url));
const ready = z.object({ ready: z.literal(true), env: z.string() });
const start = (does?: string) =>
  startChild({
    name: 'child',
    module,
    argument: { does },
    env: { GIVEN: 'yes' },
    ready,
    readyWithinMs: does === 'hang' ? 500 : 20_000,
  });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('children', () => {
  it('say that they are ready, and answer', async () => {
    const child = await start();
    expect(child.ready).toEqual({ ready: true, env: 'yes' });
    const answers = ['a', 'b'].map((value) => child.ask({ ask: 'echo', value }));
    expect((await Promise.all(answers)).map(({ value }) => value)).toEqual(['a', 'b']);
    await expect(child.ask({ ask: 'fail' })).rejects.toThrow('child: no such thing');
    await expect(child.ask({ ask: 'silence' }, 50)).rejects.toThrow('within 50 ms');
    expect(await child.end()).toEqual({ code: 0, signal: null });
    await expect(child.ask({ ask: 'echo' })).rejects.toThrow('child ended (0)');
  });

  it('that die early are an error with the end of their stderr', async () => {
    await expect(start('fail')).rejects.toThrow(/child ended \(3\)\.\n.*the reason why/s);
    await expect(start('hang')).rejects.toThrow('within 500 ms');
    const child = await start();
    await expect(child.ask({ ask: 'crash' })).rejects.toThrow('child ended (7)');
  });

  it('are killed when they do not end in time', async () => {
    const child = await start('stay');
    expect(await child.end(100)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(isAlive(child.pid)).toBe(false);
  });

  it('do not outlive a parent that was killed', async () => {
    const parent = fork(fileURLToPath(new URL('fixtures/parent.ts', import.meta.url)), {
      execArgv: [],
    });
    const [message] = await once(parent, 'message');
    const { pids } = z.object({ pids: z.array(z.int().positive()).length(3) }).parse(message);
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    parent.kill('SIGKILL');
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false, false]);
  });
});
