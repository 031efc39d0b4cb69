import { z } from 'zod';

/**
 * What people are told.
 *
 * | kind | when |
 * | --- | --- |
 * | run-changed | a run ended that created, deactivated, deleted or failed something |
 * | run-failed | a run ended incomplete |
 * | run-done | a run that somebody asked for ended without either |
 * | removals-held | the guard holds removals of a run |
 * | credential-failing, credential-expiring | a credential is refused, or will be |
 * | notifications-off | Graph tells nothing; the polling goes on |
 * | side-unavailable | a side cannot be reached |
 * | conflict-burst | both sides changed the same of many objects |
 */
export const alertKindSchema = z.enum([
  'run-changed',
  'run-failed',
  'run-done',
  'removals-held',
  'credential-failing',
  'credential-expiring',
  'notifications-off',
  'side-unavailable',
  'conflict-burst',
]);
export type AlertKind = z.infer<typeof alertKindSchema>;

/** What happened, by counts, ids and codes; never a name or a value of anybody. */
export const alertSchema = z.object({
  kind: alertKindSchema,
  /** When it began; milliseconds since 1970. The same whenever the same is told. */
  at: z.number().int().nonnegative(),
  /** What it is about, where several of a kind may begin at once: a run, a side, a credential. */
  subject: z.string().regex(/^[\w-]{0,80}$/),
  /** `starter`: nobody else is told. */
  audience: z.enum(['all', 'starter']),
  /** Who asked for what happened. */
  to: z.string().optional(),
  runId: z.string().optional(),
  counts: z.record(z.string(), z.number()).optional(),
  /** A code. */
  reason: z.string().optional(),
  /** Since when, until when; ISO 8601. */
  until: z.string().optional(),
});
export type Alert = z.infer<typeof alertSchema>;
