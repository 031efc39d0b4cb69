import { beforeAll, expect, it } from 'vitest';
import { poll } from '../../lib/flows/poll/poll.ts';
import type { Outgoing } from '../../lib/ports/platform.ts';
import type { PollMessage } from '../../lib/sync/messages.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

beforeAll(sameLuck);

it('rules that wait for the end of a run ask for it less and less often', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones() });
  await world.connect();
  world.tenant.addUser();
  const sent: Outgoing[] = [];
  const bus = {
    ...world.outside.bus,
    send: async (_: string, some: readonly Outgoing[]) => void sent.push(...some),
  };
  // A run is begun, and none of its messages ever arrives.
  const needs = { ...world.outside, bus };
  const message = { v: 1 as const, connectionId: CONNECTION };
  await poll(needs, { ...message, reason: 'timer' }, 1);
  const delays: (number | undefined)[] = [];
  let rules: PollMessage = { ...message, reason: 'rules' };
  for (let n = 0; n < 5; n += 1) {
    sent.length = 0;
    await poll(needs, rules, 1);
    const again = sent.find(({ body }) => JSON.stringify(body).includes('"rules"'));
    delays.push(again?.delaySeconds);
    rules = again?.body as PollMessage;
  }
  expect(delays).toEqual([5, 10, 20, 30, 30]);
});
