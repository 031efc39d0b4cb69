import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SETTING_NAMES } from '../../lib/config.ts';
import { type LocalAzure, startAzure } from '../../local/azure.ts';
import { makeBundle } from '../../local/bundle.ts';
import { type Child, startChild } from '../../local/processes.ts';

const MODULE = fileURLToPath(new URL('../../local/host/main.ts', import.meta.url));
const READY = z.object({ ready: z.literal(true), port: z.int(), functions: z.array(z.string()) });
const SECRET = 'c2VjcmV0';

// The app as it is deployed, because it is started often.
let folder: string;
let azure: LocalAzure;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-health-'));
  await makeBundle(join(folder, 'dist'));
  azure = await startAzure({
    root: join(folder, 'dist'),
    front: false,
    users: 2,
    groups: 1,
    memberships: 1,
  });
});
afterAll(async () => {
  await azure?.stop();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function health(url: string, token?: string): Promise<Answer> {
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/health`, { headers });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

/** Starts the app with settings of its own, beside the one that runs. */
async function withSettings<T>(
  settings: Record<string, string>,
  work: (url: string, child: Child<z.output<typeof READY>>, output: () => string) => Promise<T>,
): Promise<T> {
  let output = '';
  const child = await startChild({
    name: 'app',
    module: MODULE,
    argument: { root: join(folder, 'dist') },
    env: { ...azure.env, LOG_LEVEL: 'info', ...settings },
    ready: READY,
    onOutput: (text) => {
      output += text;
    },
  });
  try {
    return await work(`http://127.0.0.1:${child.ready.port}`, child, () => output);
  } finally {
    await child.end(2_000);
  }
}

describe('health', () => {
  it('is well, in one word and in detail', async () => {
    expect(await health(azure.url)).toEqual({ status: 200, body: { status: 'ok' } });
    const { status, body } = await health(azure.url, azure.adminToken);
    const found = ['tables', 'bus', 'vault', 'sign-in'].map((name) =>
      expect.objectContaining({ name, status: 'ok' }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', problems: [] });
    expect(body.checks).toEqual(found);
  });

  it.each([
    ['tables', 'failing', 503, { TABLES__tableServiceUri: '', TABLES: unreachableTables() }],
    ['bus', 'failing', 503, { SERVICEBUS: unreachableBus() }],
    ['sign-in', 'degraded', 200, { ENTRA_AUTHORITY: 'https://127.0.0.1:9' }],
  ])('says that %s cannot be reached', async (name, word, code, settings) => {
    await withSettings(settings, async (url) => {
      const { status, body } = await health(url, azure.adminToken);
      expect([status, body.status]).toEqual([code, word]);
      expect(body.checks).toContainEqual(expect.objectContaining({ name, status: word }));
      expect(JSON.stringify(body)).not.toContain(SECRET);
    });
  });

  it('says nothing more than failing without a vault that answers', async () => {
    await withSettings({ KEY_VAULT_URI: 'http://127.0.0.1:9' }, async (url) => {
      const answer = await health(url, azure.adminToken);
      expect(answer).toEqual({ status: 503, body: { status: 'failing' } });
    });
  });
});

describe('an app whose settings are wrong', () => {
  const wrong = Object.fromEntries(
    SETTING_NAMES.filter((name) => name !== 'KEY_VAULT_URI' && !name.startsWith('ADMIN_')).map(
      (name) => [name, `${SECRET} /`],
    ),
  );

  it('starts, and says which to an administrator', async () => {
    await withSettings(wrong, async (url, { ready }) => {
      expect(ready.functions).toContain('poll-timer');
      expect(await health(url)).toEqual({ status: 503, body: { status: 'failing' } });
      const { status, body } = await health(url, azure.adminToken);
      expect([status, body.status]).toEqual([503, 'failing']);
      expect(namesIn(body.problems)).toEqual(Object.keys(wrong).sort());
      expect(JSON.stringify(body)).not.toContain(SECRET);
      const stranger = await fetch(`${url}/manage/connections`);
      expect(stranger.status).toBeGreaterThanOrEqual(400);
      expect(await stranger.text()).not.toContain(SECRET);
    });
  });

  it('says what is missing to everybody where nobody can be an administrator', async () => {
    const missing = { SERVICEBUS: '', TABLES: '', KEY_VAULT_URI: '' };
    await withSettings(missing, async (url) => {
      const { status, body } = await health(url);
      expect([status, body.status]).toEqual([503, 'failing']);
      expect(namesIn(body.problems)).toEqual(Object.keys(missing).sort());
    });
  });

  it('does no work, and says so once a minute at most', async () => {
    await azure.killWorker();
    const bus = new ServiceBusClient(azure.env.SERVICEBUS ?? '');
    const sessionId = `waits-${Date.now()}`;
    try {
      const body = { v: 1, connectionId: sessionId, reason: 'timer' };
      await bus.createSender('polls').sendMessages({ sessionId, body });
      await withSettings({ KEY_VAULT_URI: '' }, async (_, child, output) => {
        expect(child.ready.functions).not.toContain('poll');
        expect(child.ready.functions).not.toContain('apply');
        for (const name of ['poll-timer', 'housekeeping-timer', 'subscriptions-timer'])
          await child.ask({ ask: 'runTimer', name });
        const lines = output().trim().split('\n');
        expect(lines.filter((line) => line.includes('does no work'))).toHaveLength(1);
        expect(lines.filter((line) => line.includes('failed'))).toEqual([]);
      });
      // Nobody has tried it.
      const receiver = await bus.acceptSession('polls', sessionId);
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
      expect(message?.deliveryCount).toBe(0);
      if (message) await receiver.completeMessage(message);
      await receiver.close();
    } finally {
      await bus.close();
      await azure.startWorker();
    }
  });
});

function namesIn(problems: unknown): string[] {
  const settings = z.array(z.object({ setting: z.string(), problem: z.string() })).parse(problems);
  return settings.map(({ setting }) => setting).sort();
}

function unreachableTables(): string {
  return `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${SECRET};TableEndpoint=http://127.0.0.1:9/a`;
}

function unreachableBus(): string {
  return `Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=a;SharedAccessKey=${SECRET};UseDevelopmentEmulator=true`;
}
