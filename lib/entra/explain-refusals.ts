import { AppError } from '../errors.ts';
import type { EntraOutcome } from '../ports/entra-writes.ts';
import type { Kind } from '../sync/entry.ts';
import type { Graph } from './client.ts';
import { type Nature, readNatures, whyReadOnly } from './read-only.ts';
import { MANAGES_ROLES, mayWriteAnything, whatItTakes } from './write-permission.ts';
import type { Refused } from './write-refusal.ts';
import type { WriteSubject } from './write-request.ts';

/** The outcome of a write, and what it was about. */
export interface Judged {
  readonly subject: WriteSubject;
  readonly outcome: EntraOutcome;
  /** Whether nothing more needs to be asked about a refusal. */
  readonly isClear: boolean;
}

/** What explaining takes. */
export interface Explaining {
  readonly graph: Graph;
  /** The application's permissions, where they are known. */
  readonly granted: () => Promise<ReadonlySet<string> | undefined>;
}

/**
 * Makes more of refusals that have a code for everything: what cannot be written at all is told by
 * its properties, which are read, and what is denied by the application's permissions.
 * @throws AppError `access-denied` where the application may write nothing at all
 */
export async function explainRefusals(
  { graph, granted }: Explaining,
  judged: readonly Judged[],
): Promise<readonly EntraOutcome[]> {
  const isDenied = judged.some(({ outcome }) => !outcome.ok && outcome.reason === 'denied');
  const roles = isDenied ? await granted() : undefined;
  if (roles && !mayWriteAnything(roles))
    throw new AppError('access-denied', 'the application has no permission to write to the tenant');
  const natures = await naturesOf(graph, judged.filter(isUnclear));
  return judged.map((one) => {
    if (!isUnclear(one)) return one.outcome;
    const { subject, outcome } = one;
    const nature = natures.get(subject.id ?? '');
    return explained(subject, outcome, { nature, roles });
  });
}

interface Unclear extends Judged {
  readonly outcome: Refused;
}

function isUnclear(judged: Judged): judged is Unclear {
  const { outcome, isClear } = judged;
  return !outcome.ok && !isClear && (outcome.reason === 'refused' || outcome.reason === 'denied');
}

/** Without them a refusal keeps the reason that it has. */
async function naturesOf(
  graph: Graph,
  unclear: readonly Judged[],
): Promise<ReadonlyMap<string, Nature>> {
  const idsOf = (kind: Kind) =>
    unclear.flatMap(({ subject }) => (subject.kind === kind ? (subject.id ?? []) : []));
  try {
    const users = await readNatures(graph, 'user', idsOf('user'));
    const groups = await readNatures(graph, 'group', idsOf('group'));
    return new Map([...users, ...groups]);
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}

interface Known {
  readonly nature: Nature | undefined;
  readonly roles: ReadonlySet<string> | undefined;
}

function explained(subject: WriteSubject, refused: Refused, { nature, roles }: Known): Refused {
  const why = nature && (whyReadOnly(subject, nature) ?? whyClosed(refused, nature, roles));
  if (why !== undefined) return { ...refused, reason: 'read-only', detail: why };
  if (refused.reason !== 'denied') return refused;
  return { ...refused, detail: whatItTakes(subject, roles) };
}

/** Roles can be assigned to it, and the application does not manage those. */
function whyClosed({ reason }: Refused, nature: Nature, roles: Known['roles']): string | undefined {
  const isClosed = nature.isAssignableToRole === true && roles?.has(MANAGES_ROLES) !== true;
  if (reason !== 'denied' || !isClosed) return undefined;
  return `roles can be assigned to it, which takes the permission ${MANAGES_ROLES}`;
}
