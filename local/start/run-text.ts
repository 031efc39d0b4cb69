import type { ShownRun } from './admin-api.ts';
import { countOf, seconds } from './figures.ts';

const NOUN = { users: 'user', groups: 'group', memberships: 'membership' } as const;
const DONE = ['created', 'updated', 'deactivated', 'deleted', 'skipped', 'failed'] as const;

/** What a run has done, in words: "2 users updated, 1 membership created (0.3 s)". */
export function runText(run: ShownRun): string {
  const parts = (['users', 'groups', 'memberships'] as const).flatMap((kind) =>
    DONE.flatMap((done) => {
      const times = run.counters[kind][done] ?? 0;
      return times > 0 ? [`${countOf(times, NOUN[kind])} ${done}`] : [];
    }),
  );
  const what = parts.length > 0 ? parts.join(', ') : 'nothing to change';
  const state = run.state === 'completed' ? '' : `, ${run.state}`;
  const kind = run.kind === 'incremental' ? '' : `${run.kind}: `;
  return `${kind}${what} (${seconds(run.seconds ?? 0)}${state})`;
}
