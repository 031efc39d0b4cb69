import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Connected } from './connected.ts';
import type { World } from './world.ts';

const stepSchema = z.looseObject({ step: z.string(), ok: z.boolean() });
const answerSchema = z.object({ dryRun: z.boolean(), steps: z.array(stepSchema) });

/** An object's way into the application, step by step, by the steps' names. */
export type Steps = Readonly<Record<string, z.infer<typeof stepSchema>>>;

const COMMON = ['found', 'scope', 'match', 'mapping', 'difference', 'action'];

const TABLES = [
  'connections',
  'checkpoints',
  'links',
  'runs',
  'rejected',
  'plans',
  'authorizations',
  'directory',
  'directorymembers',
];

/** Provision on demand, as administrators ask for it. */
export function openProvisioning(world: World) {
  const ask = (of: Connected, body: object) =>
    world.admin.ask('POST', `/manage/connections/${of.connectionId}/provision`, { body });
  const provision = async (of: Connected, body: object): Promise<Steps> => {
    const answer = await ask(of, body);
    expect(answer.status).toBe(200);
    const { steps } = answerSchema.parse(answer.body);
    expect(steps.slice(0, COMMON.length).map(({ step }) => step)).toEqual(COMMON);
    return Object.fromEntries(steps.map((one) => [one.step, one]));
  };
  /** Every row, once nothing is under way any more. */
  const atRest = async () => {
    let rows = await world.rows(TABLES);
    await world.until(async () => {
      const before = rows;
      rows = await world.rows(TABLES);
      return isDeepStrictEqual(rows, before);
    });
    return rows;
  };
  return {
    provision,
    /** By a dry run no row may change, and nothing may be sent. */
    dryRun: async (of: Connected, body: object): Promise<Steps> => {
      const [rows, messages] = [await atRest(), await world.waitingMessages()];
      const steps = await provision(of, { ...body, dryRun: true });
      expect(steps).not.toHaveProperty('result');
      expect(await world.waitingMessages()).toBeLessThanOrEqual(messages);
      expect(await world.rows(TABLES)).toEqual(rows);
      return steps;
    },
    /** The status and the reason of a refusal. */
    refused: async (of: Connected, body: object) => {
      const answer = await ask(of, body);
      const { detail } = z.object({ detail: z.string() }).parse(answer.body);
      return { status: answer.status, detail };
    },
  };
}
