import { expect, it } from 'vitest';
import { isNewborn, recognise } from '../../../../lib/flows/newcomers/recognise.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import type { Bus, Outgoing } from '../../../../lib/ports/platform.ts';
import type { Link } from '../../../../lib/sync/link.ts';
import { laneMessageSchema } from '../../../../lib/sync/messages.ts';
import { markerOf } from '../../../../lib/sync/newcomers/marker.ts';
import { askedFor } from '../../../../lib/sync/newcomers/newcomer.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

/** A message is refused that has more than 2,000, and the bus takes no more than 256 KB. */
const MANY = 2_500;
const MESSAGE_BYTES = 256 * 1_024;

const connection: StoredConnection = {
  id: 'c1',
  name: 'c1',
  enabled: true,
  entra: { tenantId: 't', clientId: 'c', credentials: [] },
  app: { kind: 'hosted' },
  rules: ruleSettingsSchema.parse({ groups: { export: true, create: 'security' } }),
  settingsVersion: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  version: '1',
};

/** A group that was made of an entry; all of them of one, so that their lane is the same. */
function made(number: number): Link {
  const mailNickname = `g${markerOf('group', 'c1', 'e1')}`;
  const entraId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return {
    ...askedFor('c1', { kind: 'group', appId: 'e1' }),
    entraId,
    seen: { properties: { mailNickname } },
  };
}

it('tells of however many objects in messages that the lane takes', async () => {
  const sent: Outgoing[] = [];
  const bus: Bus = {
    send: async (_, some) => {
      sent.push(...some);
    },
    collectDeadLetters: async () => 0,
  };
  const links = Array.from({ length: MANY }, (_, number) => made(number));
  await recognise({ bus, clock: { now: () => 0 } }, connection, links);
  const told = sent.map(({ body }) => laneMessageSchema.parse(body));
  const objects = told.flatMap((message) => (message.kind === 'recognised' ? message.objects : []));
  expect(new Set(objects.map(({ entraId }) => entraId)).size).toBe(MANY);
  for (const { body } of sent) expect(JSON.stringify(body).length).toBeLessThan(MESSAGE_BYTES);
});

it.each([
  ['its last look is not due yet', { attempts: 3, due: 1_000 }, true],
  ['all looks are over', { attempts: 3, due: 999 }, false],
  ['another look is to come', { attempts: 2, due: 999 }, true],
])('what was made of an entry is waited for where %s', (_, looks, isWaitedFor) => {
  const dirty = { reason: 'newborn' as const, since: 0, ...looks };
  const link: Link = { ...made(1), appId: null, state: 'unlinked', dirty };
  expect(isNewborn(connection, link, 999)).toBe(isWaitedFor);
});
