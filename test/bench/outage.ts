import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { openApplication } from '../scenarios/application.ts';
import { differences } from '../scenarios/differences.ts';
import { EVERYBODY } from '../scenarios/everybody.ts';
import type { DumpedObject } from '../scenarios/tenant-controls.ts';
import { APPLICATION_TABLES } from './application-etags.ts';
import { named, type Tell } from './figures.ts';
import { atSite, endedRun, type Site, until } from './site.ts';
import { peakMemory } from './worker-memory.ts';

const SIZE = { users: 1_000, groups: 100, memberships: 5_000 } as const;
const CHANGED = 500;
const CREATED = 50;
const JOINED = 20;
const CONNECTION = 'bench';

/** After the next probe has found the application back, so many seconds may pass. */
const SECONDS_AFTER_PROBE = 60;
/** Whatever is not in step by then is lost. */
const PATIENCE_SECONDS = 1_200;

/**
 * The application is dead for some minutes, in which the tenant changes. From the moment it is back
 * nobody asks for anything: how long until the two are in step, and whether anything was lost.
 */
export async function benchOutage(minutes: number, tell: Tell): Promise<void> {
  await atSite(SIZE, async (site) => {
    // The comparison knows what flows by default, and nothing that rules add.
    await site.switchOn(CONNECTION, await site.prepare(CONNECTION, EVERYBODY));
    await endedRun(site, CONNECTION);
    const own = named(`import.outage.minutes-${minutes}`, tell);
    await dieFor(site, minutes * 60_000);
    const back = Date.now();
    const { outage } = await site.state(CONNECTION);
    const untilProbe = outage === null ? 0 : Math.max(0, outage.probeAt - back) / 1_000;
    own({ name: 'probe', value: untilProbe, unit: 's', budget: null });
    const { seconds, left } = await secondsUntilInStep(site, back);
    const budget = untilProbe + SECONDS_AFTER_PROBE;
    own({ name: 'recovery', value: seconds, unit: 's', budget });
    own({ name: 'lost', value: left, unit: 'differences', budget: 0 });
    const { rejected, failures } = await site.troubles(CONNECTION);
    const dead = await deadLetters(site);
    own({ name: 'bus.deadlettered', value: dead + rejected, unit: 'messages', budget: 0 });
    own({ name: 'failures', value: failures, unit: 'objects', budget: 0 });
    own(await peakMemory(site));
  });
}

/** Half of the changes come at once, so that the outage is noticed, the others in the middle. */
async function dieFor(site: Site, milliseconds: number): Promise<void> {
  const objects = await site.tenant.dump();
  await site.azure.tableFaults([{ tables: [...APPLICATION_TABLES], mode: 'unavailable' }]);
  const begun = Date.now();
  await changeTenant(site, objects, 0);
  await site.azure.runTimer('poll-timer');
  await until(async () => (await site.state(CONNECTION)).outage !== null);
  await wait(Math.max(0, begun + milliseconds / 2 - Date.now()));
  await changeTenant(site, objects, 1);
  await site.azure.runTimer('poll-timer');
  await wait(Math.max(0, begun + milliseconds - Date.now()));
  await site.azure.tableFaults([]);
}

/** Changes the even half of the objects, or the odd one. */
async function changeTenant(
  { tenant }: Site,
  objects: readonly DumpedObject[],
  half: 0 | 1,
): Promise<void> {
  const some = (kind: 'user' | 'group', count: number) =>
    objects
      .filter((object) => object.kind === kind)
      .slice(0, count)
      .filter((_, index) => index % 2 === half);
  for (const { id } of some('user', CHANGED))
    await tenant.patchUser(id, { jobTitle: `Writer ${half}`, department: 'Back Office' });
  const created: string[] = [];
  for (let number = half; number < CREATED; number += 2) {
    const name = `Late Arrival ${number}`;
    const { id } = await tenant.createUser({ displayName: name, givenName: 'Late' });
    created.push(id);
  }
  for (const [index, { id }] of some('group', JOINED).entries()) {
    const newcomer = created[index];
    if (newcomer !== undefined) await tenant.addMembers(id, [newcomer]);
  }
}

async function secondsUntilInStep(
  { azure, tenant }: Site,
  since: number,
): Promise<{ seconds: number; left: number }> {
  const application = openApplication(azure.tableConnectionString, CONNECTION);
  const dump = await tenant.dump();
  for (;;) {
    const left = differences(dump, await application.read(), new Set()).length;
    const seconds = (Date.now() - since) / 1_000;
    if (left === 0 || seconds > PATIENCE_SECONDS) return { seconds, left };
    await wait(1_000);
  }
}

const queuesSchema = z.record(z.string(), z.object({ deadLettered: z.number() }));

async function deadLetters({ azure }: Site): Promise<number> {
  const queues = Object.values(queuesSchema.parse(await azure.busStats()));
  return queues.reduce((sum, { deadLettered }) => sum + deadLettered, 0);
}
