import { carryOut, type Ids, type Means } from './carry-out.ts';
import type { Desired } from './desired.ts';
import { findRegistration, type Sought } from './find.ts';
import { inWords } from './in-words.ts';
import { planOf } from './plan.ts';

/** Whom it talks to. */
export interface Talk {
  readonly tell: (line: string) => void;
  /** Asked once, after the plan has been told. */
  readonly isAgreed: () => Promise<boolean>;
}

/** What came of it. */
export interface Outcome {
  readonly changes: number;
  /** Undefined where nothing is registered. */
  readonly clientId: string | undefined;
}

/**
 * Brings the tenant's registration of the connector in step with what is desired: looks, tells what it
 * would do, asks, does it. A second run finds nothing to do; one after a crash does the rest.
 * @throws AppError as `findRegistration` and `carryOut`; RangeError as `planOf`
 */
export async function setUp(
  means: Means & Talk,
  sought: Sought,
  desired: Desired,
): Promise<Outcome> {
  const found = await findRegistration(means.graph, sought);
  const steps = planOf(desired, found);
  const clientId = found.application?.appId;
  if (steps.length === 0) {
    means.tell('Nothing to do: the registration is as it should be.');
    return { changes: 0, clientId };
  }
  means.tell('To do:');
  for (const step of steps) means.tell(`  - ${inWords(step)}`);
  if (!(await means.isAgreed())) return { changes: 0, clientId };
  let ids: Ids = {
    applicationId: found.application?.id ?? '',
    clientId: clientId ?? '',
    servicePrincipalId: found.servicePrincipalId ?? '',
  };
  for (const step of steps) {
    ids = await carryOut(means, found, { step, ids });
    means.tell(`  ✓ ${inWords(step)}`);
  }
  return { changes: steps.length, clientId: ids.clientId };
}
