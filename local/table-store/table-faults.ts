import { z } from 'zod';

const target = {
  /** Names, in any case; `all` stands for whatever is asked, the list of tables included. */
  tables: z.union([z.literal('all'), z.array(z.string()).min(1)]).readonly(),
};

export const tableFaultSchema = z.discriminatedUnion('mode', [
  z.object({ ...target, mode: z.literal('unavailable') }),
  z.object({
    ...target,
    mode: z.literal('throttle'),
    /** Azure's table service tells none, but gateways before it may. */
    retryAfterSeconds: z.int().nonnegative().exactOptional(),
  }),
  z.object({ ...target, mode: z.literal('hang'), seconds: z.number().positive() }),
]);

/**
 * What is wrong with some tables:
 *
 * | mode          | a request                        | a batch ($batch)                      |
 * |---------------|----------------------------------|---------------------------------------|
 * | `unavailable` | 503 `ServerBusy`                 | the same                              |
 * | `throttle`    | 503 `ServerBusy`                 | 202 with 503 for its first operation  |
 * | `hang`        | is served after so many seconds  | the same                              |
 *
 * `unavailable` is what the front end says of an account, `throttle` what the server of a partition
 * says: in a batch that is an operation's own answer, which the SDK does not try again (Azure docs:
 * "Table service error codes", "Performing entity group transactions").
 */
export type TableFault = Readonly<z.output<typeof tableFaultSchema>>;
