import { AppError } from '../../../lib/errors.ts';
import type { ManageNeeds } from '../../../lib/manage/manage.ts';
import type { AdminTokens } from '../../../lib/ports/administrators.ts';

/** What the admin API asks for before a route does its work; there are no connections. */
export function fakeNeeds(given: {
  readonly adminTokens?: AdminTokens;
  readonly adminToken?: string;
}): ManageNeeds {
  const part = (members: Readonly<Record<string, unknown>>) => members;
  const needs: Partial<Record<keyof ManageNeeds, unknown>> = {
    adminTokens: given.adminTokens,
    secrets: part({
      get: async (name: string) => (name === 'admin-token' ? given.adminToken : undefined),
      set: async () => {
        throw new AppError('unavailable', 'no writes here');
      },
    }),
    connections: part({
      page: async () => ({ connections: [] }),
      get: async () => undefined,
      ids: async () => new Set(),
    }),
    checkpoints: part({ load: async () => ({ versions: { checkpoint: null } }) }),
    clock: Date,
    log: part({ info: () => {}, warn: () => {}, error: () => {} }),
    config: part({ pollSchedule: '0 */3 * * * *', publicUrl: undefined }),
  };
  return needs as ManageNeeds;
}
