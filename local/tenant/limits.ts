import { z } from 'zod';

/** What an application may use of a tenant; both refill evenly over their window. */
export interface Limits {
  readonly resourceUnits: number;
  readonly resourceUnitSeconds: number;
  readonly writes: number;
  readonly writeSeconds: number;
}

/** Limits to go by; what is left out is as Graph has it, null = none at all. */
export const limitsSchema = z
  .strictObject({
    resourceUnits: z.number().positive().optional(),
    resourceUnitSeconds: z.number().positive().optional(),
    writes: z.number().positive().optional(),
    writeSeconds: z.number().positive().optional(),
  })
  .nullable();
export type ChosenLimits = z.infer<typeof limitsSchema>;

/** Identity limits of app and tenant together, by size of the tenant (Graph docs: throttling limits). */
export function limitsFor(users: number, chosen: ChosenLimits = {}): Limits | undefined {
  if (chosen === null) return undefined;
  const resourceUnits = users < 50 ? 3500 : users <= 500 ? 5000 : 8000;
  return {
    resourceUnits: chosen.resourceUnits ?? resourceUnits,
    resourceUnitSeconds: chosen.resourceUnitSeconds ?? 10,
    writes: chosen.writes ?? 3000,
    writeSeconds: chosen.writeSeconds ?? 150,
  };
}
