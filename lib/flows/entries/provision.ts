import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import {
  doneStep,
  pendingStep,
  type ResultStep,
  resultStep,
} from '../../sync/explain/result-step.ts';
import type { Step } from '../../sync/explain/steps.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { type Assessment, type AssessNeeds, assess, type ReadObject } from '../removals/assess.ts';
import { type AskedObject, findObject, readObject } from './find-object.ts';

type Needs = AssessNeeds & Pick<Services, 'bus' | 'sleep' | 'log'>;

/** Whoever asks waits so long for what comes of it. */
const PATIENCE_MILLISECONDS = 25_000;
const FIRST_PAUSE = 60;
const LONGEST_PAUSE = 1_500;

/** What an administrator asks for: one object, and whether it is only about what would happen. */
export interface AskedProvision extends AskedObject {
  readonly dryRun: boolean;
  /** Who asks. */
  readonly by: string;
}

type AskedFor = ReadObject & Pick<AskedProvision, 'by'>;

/** The object's way, and whether its end is still to come. */
export interface Provisioned {
  readonly steps: readonly Step[];
  readonly isPending: boolean;
}

/**
 * Brings one object in step now, and tells every step. Its lane does the writing, as for any other
 * change; a dry run leaves it at telling.
 * @throws AppError `not-found`, `conflict`, those of either side that cannot be asked
 */
export async function provision(
  needs: Needs,
  connection: StoredConnection,
  asked: AskedProvision,
): Promise<Provisioned> {
  const named = await findObject(needs, connection, asked);
  const item = await readObject(needs, connection, {
    kind: asked.kind,
    id: named.id,
    selection: withoutMembers(connection),
  });
  const object = { named, item };
  const first = await assess(needs, connection, object);
  if (asked.dryRun) return { steps: first.steps, isPending: false };
  const result = await carriedOut(needs, connection, { ...object, by: asked.by }, first);
  const { state } = result;
  needs.log.info('provisioned on demand', {
    connectionId: connection.id,
    objectId: named.id,
    state,
  });
  return { steps: [...first.steps, result], isPending: state === 'pending' };
}

/** Of a group, members are as many as there may be, and not what is asked for. */
function withoutMembers(connection: StoredConnection) {
  const { properties, relationships } = rulesOf(connection).selection;
  return { properties, relationships: { ...relationships, group: false } };
}

/** Has the lane do it, and waits until the link shows what came of it. */
async function carriedOut(
  needs: Needs,
  connection: StoredConnection,
  object: AskedFor,
  first: Assessment,
): Promise<ResultStep> {
  if (first.stored && first.isAtRest) return doneStep(first.stored, 'nothing was to be done');
  const until = needs.clock.now() + PATIENCE_MILLISECONDS;
  await tellLane(needs, connection, object);
  let before = first.stored;
  let pause = FIRST_PAUSE;
  while (needs.clock.now() < until) {
    await needs.sleep(pause);
    pause = Math.min(LONGEST_PAUSE, pause * 1.4);
    const now = await assess(needs, connection, object);
    const { stored: link, isFolded, isAtRest, decision } = now;
    const result = resultStep({
      link,
      isFolded,
      isAtRest,
      decision,
      before: before?.dirty ?? null,
    });
    if (result === null) continue;
    if (result.reason !== 'changed-meanwhile' || !isFreed(link, before)) return result;
    // The entry was gone: the link is free now, and a new entry can be made at once.
    before = link;
    await tellLane(needs, connection, object);
  }
  const last = await assess(needs, connection, object);
  return pendingStep(last.stored);
}

function isFreed(link: Link | undefined, before: Link | undefined): boolean {
  return link?.appId === null && before !== undefined && before.appId !== null;
}

async function tellLane(
  { bus, clock }: Needs,
  connection: StoredConnection,
  { item: { kind, id }, by }: AskedFor,
): Promise<void> {
  const envelope = { ...outsideRuns(connection, clock.now()), lane: laneOf(id) };
  const objects = [{ kind, id }];
  await bus.send('changes', [toLane({ ...envelope, kind: 'verify', by, objects, reassert: true })]);
}
