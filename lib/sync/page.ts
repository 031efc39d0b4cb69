import type { Item } from './entry.ts';
import { byLane } from './lanes.ts';

/** A message to the bus holds 256 KB (Azure docs: Service Bus quotas, Standard); some room is left. */
const MESSAGE_BYTES = 180_000;
const MESSAGE_MEMBERS = 1_000;
/** Properties that are larger do not travel; the rest of the item does, and the lane records it. */
const PROPERTIES_BYTES = 40_000;

/** Splits a page by lane, and each lane's share into batches that fit a message. */
export function splitPage(items: readonly Item[]): Map<number, Item[][]> {
  const sliced = items.flatMap(sliceMembers).map(withinBounds);
  const lanes = [...byLane(sliced, (item) => item.id)];
  return new Map(lanes.map(([lane, share]) => [lane, batches(share)]));
}

/** A long list of members becomes several items of the same group; the properties go with the first. */
function sliceMembers(item: Item): Item[] {
  const members = item.members ?? [];
  if (members.length <= MESSAGE_MEMBERS) return [item];
  const slices: Item[] = [];
  for (let at = 0; at < members.length; at += MESSAGE_MEMBERS) {
    const slice = { ...item, members: members.slice(at, at + MESSAGE_MEMBERS) };
    const { otherMembers: _, ...more } = slice;
    slices.push(at === 0 ? slice : { ...more, properties: {} });
  }
  return slices;
}

function withinBounds(item: Item): Item {
  if (Buffer.byteLength(JSON.stringify(item.properties)) <= PROPERTIES_BYTES) return item;
  return { ...item, properties: {}, oversized: true };
}

function batches(items: readonly Item[]): Item[][] {
  const all: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  let members = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    const count = item.members?.length ?? 0;
    if (bytes + size > MESSAGE_BYTES || members + count > MESSAGE_MEMBERS) {
      all.push([]);
      bytes = 0;
      members = 0;
    }
    all.at(-1)?.push(item);
    bytes += size;
    members += count;
  }
  return all;
}
