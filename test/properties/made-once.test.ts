import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { createsInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true, export: true, create: 'security' },
});

const TEN_MINUTES = 600_000;

beforeAll(sameLuck);

it('what never gets an answer is asked for again no sooner than replicas must show it', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  world.tenant.addUser();
  await world.pollAfter(1);
  const asked: number[] = [];
  Object.assign(world.writes, {
    create: async (drafts: readonly unknown[]) => {
      asked.push(world.now());
      return drafts.map(() => ({ ok: false, reason: 'later', detail: 'nobody knows' }));
    },
  });
  await createsInApp(world, 'group', 1);
  // Whoever writes the entry has it looked for each time.
  for (let minute = 0; minute < 90; minute += 1) {
    world.poll('newcomers');
    await world.settle();
    await world.later(60);
  }
  expect(asked.length).toBeGreaterThan(2);
  const pauses = asked.slice(1).map((at, before) => at - (asked[before] ?? 0));
  for (const pause of pauses) expect(pause).toBeGreaterThan(TEN_MINUTES);
});

it('nobody looks for newcomers over and over where Entra was never read', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.poll('newcomers');
  await world.settle();
  expect(world.bus.nextDue()).toBeUndefined();
});
