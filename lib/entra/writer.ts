import { setTimeout } from 'node:timers/promises';
import type { EntraOutcome, WritePriority } from '../ports/entra-writes.ts';
import { type Graph, type GraphOptions, openGraph } from './client.ts';
import { explainRefusals } from './explain-refusals.ts';
import { grantedRoles } from './granted-roles.ts';
import { judgeWrite } from './judge-write.ts';
import { sendAllWrites } from './send-all-writes.ts';
import type { WritePacing } from './write-pacing.ts';
import type { WriteRequest } from './write-request.ts';

/** Writes to a tenant by the request. */
export interface Writer {
  readonly graph: Graph;
  /**
   * @returns what became of each, in their order
   * @throws AppError where it is about the tenant as a whole and nothing was written yet
   */
  write(
    requests: readonly WriteRequest[],
    priority: WritePriority,
  ): Promise<readonly EntraOutcome[]>;
  /** Waits until replicas know what was just made. */
  pause(seconds: number): Promise<void>;
}

/** @throws AppError `bad-configuration` when the base URL is no https address */
export function openWriter(options: GraphOptions, pacing: WritePacing): Writer {
  const graph = openGraph(options);
  const sleep = options.sleep ?? ((milliseconds: number) => setTimeout(milliseconds));
  const pauses = { clock: options.clock, sleep, random: options.random ?? Math.random };
  const count = options.countWrites ?? (() => undefined);
  const granted = () => grantedRoles(options.credential, graph.base.scope);
  return {
    graph,
    write: async (requests, priority) => {
      const sent = await sendAllWrites(graph, { pacing, pauses, priority, count }, requests);
      const judged = requests.flatMap((request, place) => {
        const answer = sent[place];
        return answer === undefined ? [] : [judgeWrite(request, answer)];
      });
      return explainRefusals({ graph, granted }, judged);
    },
    pause: (seconds) => sleep(seconds * 1_000),
  };
}
