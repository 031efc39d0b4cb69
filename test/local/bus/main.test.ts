import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newClient, plainQueue } from './bus-fixture.ts';
import { forkBroker, killBroker } from './forked-broker.ts';

async function forked() {
  const broker = await forkBroker({ queues: [plainQueue()] });
  onTestFinished(() => killBroker(broker));
  return broker;
}

describe('the broker process', () => {
  it('tells its numbers when asked', async () => {
    const broker = await forked();
    const client = newClient(broker.connectionString);
    await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }]);
    broker.process.send({ ask: 'stats', id: 7 });
    const [answer]: unknown[] = await once(broker.process, 'message');
    const plain = { active: 2, scheduled: 0, deadLettered: 0, sent: 2, completed: 0, sessions: [] };
    expect(answer).toEqual({ answer: 7, stats: { plain } });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s', async (signal) => {
    const { process } = await forked();
    process.kill(signal);
    expect(await once(process, 'exit')).toEqual([0, null]);
  });

  it('ends when its parent lets go', async () => {
    const { process } = await forked();
    process.disconnect();
    expect(await once(process, 'exit')).toEqual([0, null]);
  });
});
