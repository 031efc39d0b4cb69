import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { connectionOf } from './connections.ts';
import { listingAnswer, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';

const placeSchema = z
  .string()
  .regex(/^\d{13}:\d{13}$/)
  .optional();

/** Who changed which settings, newest first: what they were and are, but for secrets and addresses. */
export async function showSettingsHistory(call: Call): Promise<HttpResponseInit> {
  const { id } = await connectionOf(call);
  const wanted = wantedOf(call);
  const after = placeSchema.safeParse(queryOf(call).after);
  if (!after.success) throw new AppError('bad-request', 'after: from the page before');
  const page = { size: wanted.size, ...(after.data !== undefined && { after: after.data }) };
  const { changes, next } = await call.services.connections.changes(id, page);
  const rows = changes.map(({ at, by, settings }) => {
    return { at: new Date(at).toISOString(), by, settings };
  });
  return listingAnswer(call, wanted, {
    name: 'changes',
    rows,
    lines: ({ settings, ...change }) => settings.map((one) => ({ ...change, ...one })),
    columns: [
      ['at', ({ at }) => at],
      ['by', ({ by }) => by],
      ['name', ({ name }) => name],
      ['before', ({ before }) => before],
      ['after', ({ after: now }) => now],
    ],
    next: next === undefined ? undefined : { after: next },
  });
}
