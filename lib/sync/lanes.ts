import { createHash } from 'node:crypto';

/** How many Service Bus sessions carry one connection's changes. */
export const LANES = 16;

/**
 * The lane of an object: the same for every change of one object, whichever side it comes from.
 * @returns 0 to 15
 */
export function laneOf(objectId: string): number {
  return (createHash('sha256').update(objectId).digest()[0] ?? 0) % LANES;
}

/** The Service Bus session of a lane. */
export function laneSession(connectionId: string, lane: number): string {
  return `${connectionId}:${lane}`;
}

/** Splits things by the lane of the id that `idOf` names, keeping their order. */
export function byLane<T>(things: readonly T[], idOf: (thing: T) => string): Map<number, T[]> {
  const lanes = new Map<number, T[]>();
  for (const thing of things) {
    const lane = laneOf(idOf(thing));
    const bucket = lanes.get(lane);
    if (bucket) bucket.push(thing);
    else lanes.set(lane, [thing]);
  }
  return lanes;
}
