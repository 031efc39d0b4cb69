import { expect, it } from 'vitest';
import { tellUnmanaged } from '../../../../lib/flows/exports/tell-unmanaged.ts';
import { edgeDrop, edgeWrite } from '../../../../lib/flows/lanes/lane-work.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import type { LaneWrite } from '../../../../lib/ports/lanes.ts';
import type { Outgoing } from '../../../../lib/ports/platform.ts';
import type { Edge } from '../../../../lib/sync/edge.ts';
import type { LinkTie } from '../../../../lib/sync/link.ts';
import { laneMessageSchema } from '../../../../lib/sync/messages.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

const USER = '00000000-0000-4000-8000-000000000001';
const APP_ID = '00000000-0000-4000-8000-000000000002';

const edge: Edge = {
  holder: USER,
  member: 'm1',
  relation: 'manager',
  memberKind: 'user',
  wanted: true,
  direct: true,
  via: null,
  applied: false,
  sighted: 'r1',
  removal: null,
};

function connectionWith(isExported: boolean): StoredConnection {
  return {
    id: 'c1',
    name: 'c1',
    enabled: true,
    entra: { tenantId: 't', clientId: 'c', credentials: [] },
    app: { kind: 'hosted' },
    rules: ruleSettingsSchema.parse({ users: { export: isExported } }),
    settingsVersion: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    version: '1',
  };
}

/** Who is looked at once more, and how often it was asked who they are. */
async function lookedAt(
  writes: readonly LaneWrite[],
  { isExported = true, appId = APP_ID }: { isExported?: boolean; appId?: string | null } = {},
) {
  const sent: Outgoing[] = [];
  const asked: string[] = [];
  const tie: LinkTie = { kind: 'user', entraId: USER, appId, state: 'linked', sighted: 'r1' };
  const bus = {
    send: async (_: string, some: readonly Outgoing[]) => void sent.push(...some),
    collectDeadLetters: async () => 0,
  };
  const ties = {
    read: async (_: string, ids: readonly string[]) => {
      asked.push(...ids);
      return new Map([[USER, tie]]);
    },
  };
  const needs = { bus, clock: { now: () => 0 }, ties } as unknown as Parameters<
    typeof tellUnmanaged
  >[0];
  await tellUnmanaged(needs, connectionWith(isExported), writes);
  const told = sent.map(({ body }) => laneMessageSchema.parse(body));
  const users = told.flatMap((one) => (one.kind === 'written' ? one.objects : []));
  return { users: users.map(({ entraId }) => entraId), asked: asked.length };
}

it('a user is looked at when a manager is dropped whom the application did not hold', async () => {
  expect(await lookedAt([edgeDrop(edge)])).toEqual({ users: [USER], asked: 1 });
});

it('so is nobody who has no entry', async () => {
  expect((await lookedAt([edgeDrop(edge)], { appId: null })).users).toEqual([]);
});

it.each<[string, LaneWrite[]]>([
  ['a manager whom the application holds', [edgeDrop({ ...edge, applied: true })]],
  ['a wish that Entra did not take', [edgeDrop({ ...edge, wanted: false })]],
  ['a membership', [edgeDrop({ ...edge, relation: 'member' })]],
  [
    'a manager who has a successor',
    [edgeDrop(edge), edgeWrite(undefined, { ...edge, member: 'm2' })],
  ],
])('%s costs nothing', async (_, writes) => {
  expect(await lookedAt(writes)).toEqual({ users: [], asked: 0 });
});

it('nor does it where managers do not flow to Entra', async () => {
  expect(await lookedAt([edgeDrop(edge)], { isExported: false })).toEqual({ users: [], asked: 0 });
});
