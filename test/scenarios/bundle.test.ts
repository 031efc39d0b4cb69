import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLE_BUDGET_BYTES, type Bundle, makeBundle } from '../../local/bundle.ts';
import { startWorld, type World } from './world.ts';

// Far from node_modules: what the bundle lacks cannot be found elsewhere.
let folder: string;
let bundle: Bundle;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-bundle-'));
  bundle = await makeBundle(join(folder, 'dist'));
  world = await startWorld({ users: 8, groups: 2, memberships: 6, own: { root: bundle.root } });
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true });
});

describe('the bundle', () => {
  it('holds every function, within its budget', async () => {
    expect(bundle.functions).toBe((await readdir('functions')).length);
    expect(bundle.bytes).toBeLessThan(BUNDLE_BUDGET_BYTES);
    expect((await readdir(bundle.root)).sort()).toEqual([
      'host.json',
      'main.cjs',
      'main.cjs.map',
      'package.json',
    ]);
  });

  it('imports a tenant, and applies a change', async () => {
    expect(world.initialRun).toMatchObject({ kind: 'initial', state: 'completed' });
    const user = await world.tenant.createUser({ displayName: 'Bea Bundled' });
    expect(await world.round()).toEqual({ users: { read: 1, created: 1 } });
    await world.tenant.patchUser(user.id, { department: 'Support' });
    expect(await world.round()).toEqual({ users: { read: 1, updated: 1 } });
    await world.expectInStep();
  });

  it('tells what it has counted', async () => {
    const [worker] = await world.azure.workerStats();
    expect(worker?.counters['tables.transactions']).toBeGreaterThan(0);
    expect(worker?.counters['graph.requests']).toBeGreaterThan(0);
  });
});
