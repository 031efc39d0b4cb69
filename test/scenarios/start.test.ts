import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const START = fileURLToPath(new URL('../../local/start.ts', import.meta.url));
const SMALL = '--users 60 --groups 8 --memberships 150'.split(' ');
const MARK = 'TANDEM_START_TEST';

interface Started {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly errors: () => string;
  /** Children of the start's children too: they inherit its environment. */
  readonly left: () => Promise<string[]>;
  readonly exited: Promise<number | null>;
}

const running = new Set<Started>();

// What a test that failed has left running.
afterEach(async () => {
  for (const { child, exited } of running) {
    child.kill('SIGTERM');
    await exited;
  }
});

function startTandem(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const mark = crypto.randomUUID();
  const child = spawn(process.execPath, [START, ...args], {
    env: { ...process.env, ...env, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'close').then(() => {
    running.delete(started);
    return child.exitCode;
  });
  const texts = { out: () => out, errors: () => errors };
  const started: Started = { child, ...texts, exited, left: () => marked(mark) };
  running.add(started);
  return started;
}

/** Processes with the mark in their environment; on Linux, where it can be read. */
async function marked(mark: string): Promise<string[]> {
  const all = await readdir('/proc').catch(() => []);
  const found = all
    .filter((name) => /^\d+$/.test(name))
    .map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(`${MARK}=${mark}`) ? [pid] : [];
    });
  return (await Promise.all(found)).flat();
}

const report = (kind: unknown) => ({
  run: { kind, state: 'completed', seconds: expect.any(Number) },
  entra: { users: 60, groups: 8, memberships: 150 },
  app: { users: 60, groups: 8, memberships: 150 },
  failures: 0,
  // The writes are the subscriptions to users and groups.
  graph: { requests: expect.any(Number), resourceUnits: expect.any(Number), writes: 2 },
  bus: { messages: expect.any(Number) },
  tables: { transactions: expect.any(Number) },
  peakRssMb: expect.any(Number),
  nodeVersion: process.version,
});

describe('npm start', () => {
  it('--once --json: syncs, compares, reports, leaves nothing behind, and goes on from a folder', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tandem-start-'));
    try {
      const started = startTandem(['--once', '--json', ...SMALL, '--data', dataDir]);
      const code = await started.exited;
      expect(started.errors()).toContain('Both sides agree');
      expect(code).toBe(0);
      const lines = started.out().trimEnd().split('\n');
      expect(lines).toHaveLength(1);
      const told = JSON.parse(lines[0] ?? '');
      expect(told).toEqual(report('initial'));
      expect(Object.keys(told)).toEqual(Object.keys(report('initial')));
      expect(told.graph.requests).toBeGreaterThan(1);
      expect(told.tables.transactions).toBeGreaterThan(60);
      expect(await started.left()).toEqual([]);

      const again = startTandem(['--once', '--json', '--data', dataDir]);
      expect(await again.exited).toBe(0);
      expect(again.errors()).toContain('Going on from the last start');
      // The tenant began anew and knows no delta link from before; a timer's poll may notice it first.
      const kind = expect.stringMatching(/^(resync|incremental)$/);
      expect(JSON.parse(again.out())).toEqual(report(kind));
    } finally {
      await rm(dataDir, { recursive: true });
    }
  }, 180_000);

  it('stays up until Ctrl-C, and shows where everything is', async () => {
    const { child, out, exited, left } = startTandem(SMALL);
    await expect.poll(out, { timeout: 50_000 }).toContain('Ctrl-C');
    const token = /TOKEN=([\w-]+)/.exec(out())?.[1];
    const status = /(http:\S+\/status)/.exec(out())?.[1] ?? '';
    const answer = await fetch(status, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({
      id: 'demo',
      inStep: { users: 60, groups: 8, memberships: 150 },
    });
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(out()).toContain('Goodbye');
    expect(await left()).toEqual([]);
  });

  it('stops while it is starting, without a report', async () => {
    const { child, out, errors, exited, left } = startTandem(['--once', '--json', ...SMALL]);
    await expect.poll(errors, { timeout: 20_000 }).toContain('Tandem');
    child.kill('SIGTERM');
    expect(await exited).toBe(130);
    expect(out()).toBe('');
    expect(await left()).toEqual([]);
  });

  it('refuses wrong arguments and explains itself', async () => {
    const wrong = startTandem(['--users', 'many']);
    expect(await wrong.exited).toBe(2);
    expect(wrong.errors()).toContain('--users takes a whole number');
    const help = startTandem(['--help']);
    expect(await help.exited).toBe(0);
    expect(help.out()).toContain('npm start');
  });
});
