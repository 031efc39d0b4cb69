/** A subset of objects that stays the same however often it is asked for. */
export interface Subset {
  /** How many of 100 objects belong to it, on average. */
  readonly share: number;
  /** Another number chooses others. */
  readonly salt: number;
}

/** Whether the object with this id belongs to the subset. */
export function isChosen(id: string, { share, salt }: Subset): boolean {
  return (mixed(`${String(salt)} ${id}`) / 2 ** 32) * 100 < share;
}

/** FNV-1a, then stirred so that the high bits depend on every character (RFC 9923, MurmurHash3). */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
