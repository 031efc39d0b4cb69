import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer, Sent } from './admin-api.ts';

const counts = z.record(z.string(), z.number());

const planSchema = z.object({
  id: z.string(),
  state: z.enum(['reading', 'ready', 'failed']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  rules: z.enum(['current', 'proposed']),
  counts: z.object({ users: counts, groups: counts }),
  memberships: z.number(),
});

/** A plan as administrators see it. */
export type PlanView = z.output<typeof planSchema>;

const value = z.union([z.string(), z.boolean(), z.array(z.string()).readonly()]).nullable();
const changes = z.array(z.object({ attribute: z.string(), from: value, to: value })).readonly();
const objectsSchema = z.object({
  objects: z.array(
    z.object({
      kind: z.enum(['user', 'group']),
      id: z.string(),
      name: z.string().nullable(),
      decision: z.string(),
      rule: z.string().nullable(),
      reason: z.string().nullable(),
      changes,
      toEntra: changes.optional(),
    }),
  ),
  next: z.string().optional(),
});

/** What a plan says of an object. */
export type PlannedView = z.output<typeof objectsSchema>['objects'][number];

const LOOK_EVERY_MS = 15;

/** What administrators do before they switch a connection on. */
export function openPreviewApi(
  ask: (method: string, path: string, sent?: Sent) => Promise<Answer>,
  read: (path: string) => Promise<unknown>,
) {
  const at = (id: string, planId = '') =>
    `/manage/connections/${id}/preview${planId && `/${planId}`}`;
  const plan = async (id: string, planId: string) => planSchema.parse(await read(at(id, planId)));
  /** @returns the id of the plan that is begun or joined */
  const begin = async (id: string, rules?: unknown): Promise<string> => {
    const { status, body } = await ask('POST', at(id), { body: { rules } });
    if (status !== 202) throw new Error(`no preview: ${status} ${JSON.stringify(body)}`);
    return z.object({ planId: z.string() }).parse(body).planId;
  };
  const ended = async (id: string, planId: string): Promise<PlanView> => {
    for (;;) {
      const found = await plan(id, planId);
      if (found.state !== 'reading') return found;
      await wait(LOOK_EVERY_MS);
    }
  };
  return {
    plan,
    beginPreview: begin,
    planEnded: ended,
    /** Makes a plan, by the connection's rules or by others, and waits until it is ready. */
    preview: async (id: string, rules?: unknown): Promise<PlanView> => {
      const found = await ended(id, await begin(id, rules));
      if (found.state === 'ready') return found;
      throw new Error(`the plan failed: ${JSON.stringify(found.error)}`);
    },
    /** All that a plan says, page by page, by object id. */
    planned: async (id: string, planId: string, query = ''): Promise<Map<string, PlannedView>> => {
      const found: PlannedView[] = [];
      const first = `${at(id, planId)}/objects?size=200${query}`;
      for (let path: string | undefined = first; path !== undefined; ) {
        const page = objectsSchema.parse(await read(path));
        found.push(...page.objects);
        path = page.next;
      }
      return new Map(found.map((one) => [one.id, one]));
    },
  };
}
