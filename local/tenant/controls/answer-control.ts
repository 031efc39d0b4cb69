import { z } from 'zod';
import { passTime } from '../directory/retention.ts';
import { faultsSchema } from '../faults.ts';
import { openPointsSchema } from '../open-points.ts';
import { subscriptionReport } from '../subscriptions/subscription-world.ts';
import { changeApp, registerApp, relimit, rotateKeys } from './app-controls.ts';
import {
  type ControlAnswer,
  ControlError,
  type ControlRequest,
  type ControlWorld,
} from './control.ts';
import { dumpLines } from './dump.ts';
import { addMembers, dropMember } from './member-controls.ts';
import {
  changeObject,
  createObject,
  deleteObject,
  restoreObject,
  searchObjects,
  showObject,
} from './object-controls.ts';
import { listSubscriptions, loseSubscription, tellLifecycle } from './subscription-controls.ts';

type Control = (control: ControlWorld, request: ControlRequest) => ControlAnswer;

const done: ControlAnswer = { status: 204 };

const clockSchema = z.object({
  advanceSeconds: z.number().nonnegative(),
  /** Whether access tokens age as well, although their holders' clocks stand still. */
  accessTokens: z.boolean().default(false),
});

/** By method and path; `*` stands for one segment. */
const CONTROLS: Readonly<Record<string, Control>> = {
  'GET stats': ({ stats, world }) => ({
    status: 200,
    body: {
      ...stats.report(),
      directory: world.directory.counts(),
      notifications: subscriptionReport(world.subscriptions),
    },
  }),
  'POST reset': ({ stats, world }) => {
    stats.reset();
    world.subscriptions.stats.reset();
    return done;
  },
  'POST clock': ({ world }, { body }) => {
    const { advanceSeconds, accessTokens } = clockSchema.parse(body);
    world.clock.advance(advanceSeconds, accessTokens);
    passTime(world.directory, world.clock.now());
    world.subscriptions.alarms.ring();
    return { status: 200, body: { now: new Date(world.clock.now()).toISOString() } };
  },
  'GET clock': ({ world }) => ({
    status: 200,
    body: { now: new Date(world.clock.now()).toISOString() },
  }),
  'GET faults': ({ world }) => ({ status: 200, body: world.faults.list() }),
  'POST faults': ({ world }, { body }) => {
    world.faults.add(faultsSchema.parse(Array.isArray(body) ? body : [body]));
    return { status: 200, body: world.faults.list() };
  },
  'DELETE faults': ({ world }) => {
    world.faults.clear();
    return done;
  },
  'POST apps': registerApp,
  'PATCH apps/*': changeApp,
  'POST keys': rotateKeys,
  'PUT limits': relimit,
  'GET open-points': ({ world }) => ({ status: 200, body: world.openPoints }),
  'PATCH open-points': ({ world }, { body }) => {
    const given = z.record(z.string(), z.json()).parse(body);
    Object.assign(world.openPoints, openPointsSchema.parse({ ...world.openPoints, ...given }));
    return { status: 200, body: world.openPoints };
  },
  'GET dump': ({ world }) => ({ status: 200, lines: dumpLines(world.directory) }),
  'GET users': searchObjects,
  'GET groups': searchObjects,
  'POST users': createObject,
  'POST groups': createObject,
  'GET users/*': showObject,
  'GET groups/*': showObject,
  'PATCH users/*': changeObject,
  'PATCH groups/*': changeObject,
  'DELETE users/*': deleteObject,
  'DELETE groups/*': deleteObject,
  'POST users/*/restore': restoreObject,
  'POST groups/*/restore': restoreObject,
  'POST groups/*/members': addMembers,
  'DELETE groups/*/members/*': dropMember,
  'GET subscriptions': listSubscriptions,
  'POST subscriptions/*/lifecycle': tellLifecycle,
  'DELETE subscriptions/*': loseSubscription,
};

/**
 * Answers a request under `/__tenant/`. The controls obey no rule of Graph: they stand for
 * everything that happens to a tenant from elsewhere. Errors are `{error}` with 400 or 404.
 */
export function answerControl(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const shape = request.segments.map((segment, place) => (place % 2 === 0 ? segment : '*'));
  const found = CONTROLS[`${request.method} ${shape.join('/')}`];
  try {
    if (found === undefined) throw new ControlError(404, 'There is no such control.');
    passTime(control.world.directory, control.world.clock.now());
    control.world.subscriptions.alarms.ring();
    return found(control, request);
  } catch (error) {
    if (error instanceof ControlError) return problem(error.status, error.message);
    if (error instanceof z.ZodError) return problem(400, z.prettifyError(error));
    throw error;
  }
}

function problem(status: number, message: string): ControlAnswer {
  return { status, body: { error: message } };
}
