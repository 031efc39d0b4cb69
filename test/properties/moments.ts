import type { ErrorCode } from '../../lib/errors.ts';
import { newRunId } from '../../lib/sync/run.ts';
import { approveAll, askForFullRun, verify } from './administrator.ts';
import type { Picks } from './tenant-events.ts';
import { TENANT_EVENTS, type TenantEvent } from './tenant-events.ts';
import type { World } from './world.ts';

type Trouble = (world: World, picks: Picks) => void | Promise<void>;

const FAILURES: readonly ErrorCode[] = ['unavailable', 'throttled', 'access-denied', 'bad-answer'];

/** What can befall Tandem itself, at any moment. */
const TROUBLES = {
  /** Every table fails for so many requests. */
  storeDown: ({ troubles }, { a }) => {
    troubles.all = 1 + a;
  },
  /** The application's tables fail for so many seconds. */
  appDown: ({ troubles, now }, { a, b }) => {
    troubles.app.until = now() + a * b * 1_000;
    troubles.app.code = a % 3 ? 'unavailable' : 'access-denied';
  },
  byIdFails: ({ tenant }, { a, b }) => {
    tenant.troubles.byIdFailures = 1 + (a % 8);
    tenant.troubles.byIdCode = FAILURES[b % FAILURES.length] ?? 'unavailable';
  },
  loseMessage: ({ bus }, { a }) => {
    bus.losesAfter = a % 12;
  },
  cutReading: ({ tenant }, { a }) => {
    tenant.troubles.cuts = 1 + (a % 2);
  },
  resync: (world) => askForFullRun(world),
  timer: (world) => world.poll('timer'),
  approve: (world) => approveAll(world),
  syncNow: (world) => world.poll('sync-now', { runId: newRunId(world.now()) }),
  /** What was said of an object was lost: it is read by its id. */
  verify: (world, { a }) => {
    const all = [...world.tenant.users.keys(), ...world.tenant.groups.keys()];
    const id = all[a % all.length];
    if (id !== undefined) verify(world, { kind: world.tenant.kindOf(id), id });
  },
  switchOff: (world) => world.switchTo(false),
  switchOn: (world) => world.switchTo(true),
} satisfies Record<string, Trouble>;

export type Moment = keyof typeof TROUBLES | TenantEvent;

const isTrouble = (what: Moment): what is keyof typeof TROUBLES => what in TROUBLES;

export const MOMENTS: readonly Moment[] = [
  ...Object.keys(TROUBLES).filter((name): name is keyof typeof TROUBLES => name in TROUBLES),
  ...Object.keys(TENANT_EVENTS).filter((name): name is TenantEvent => name in TENANT_EVENTS),
];

/** Lets something happen, in the tenant or to Tandem. */
export async function happens(world: World, what: Moment, picks: Picks): Promise<void> {
  if (isTrouble(what)) return TROUBLES[what](world, picks);
  TENANT_EVENTS[what](world.tenant, picks);
  world.tenant.keep();
}
