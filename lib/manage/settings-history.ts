import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { SettingsChange } from '../ports/connections.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { listingAnswer, listingShape, wantedOf } from './listing.ts';
import { queryOf } from './paging.ts';
import { EXAMPLE, jsonSchema, nextSchema, timeSchema } from './views.ts';

const placeSchema = z
  .string()
  .regex(/^\d{13}:\d{13}$/)
  .optional()
  .describe('Taken from `next` of the page before');

const settingSchema = z.strictObject({
  name: z.string(),
  /** Neither stands here where a value is secret, personal or too long. */
  before: jsonSchema.optional(),
  after: jsonSchema.optional(),
});
const changeSchema = z.strictObject({
  at: timeSchema,
  by: z.string(),
  settings: z.array(settingSchema),
});

const contract = {
  operation: 'showSettingsHistory',
  summary: 'Who changed which settings, newest first',
  query: z.object({ ...listingShape, after: placeSchema }),
  answers: {
    200: {
      description: 'A page of changes',
      body: z.strictObject({ changes: z.array(changeSchema), next: nextSchema }),
      example: {
        changes: [
          {
            at: EXAMPLE.at,
            by: EXAMPLE.userId,
            settings: [{ name: 'resyncDays', before: 7, after: 1 }],
          },
        ],
      },
      files: true,
    },
  },
} satisfies Contract;

/** Who changed which settings, newest first: what they were and are, but for secrets and addresses. */
export const showSettingsHistory = route(contract)(async (call) => {
  const { id } = await connectionOf(call);
  const wanted = wantedOf(call);
  const after = placeSchema.safeParse(queryOf(call).after);
  if (!after.success) throw new AppError('bad-request', 'after: from the page before');
  return listingAnswer(call, wanted, {
    name: 'changes',
    after: after.data,
    read: async (page) => {
      const { changes, next } = await call.services.connections.changes(id, page);
      return { items: changes.map(shown), next };
    },
    lines: ({ settings, ...change }) => settings.map((one) => ({ ...change, ...one })),
    columns: [
      ['at', ({ at }) => at],
      ['by', ({ by }) => by],
      ['name', ({ name }) => name],
      ['before', ({ before }) => before],
      ['after', ({ after: now }) => now],
    ],
    page: (changes, more) => ({ changes: [...changes], ...more }),
  });
});

function shown({ at, by, settings }: SettingsChange) {
  return { at: new Date(at).toISOString(), by, settings: z.array(settingSchema).parse(settings) };
}
