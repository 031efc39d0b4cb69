/** Milliseconds from 0001-01-01, where .NET counts from, to 1970. */
const EPOCH_OFFSET = 62_135_596_800_000n;

/** A time as .NET ticks (100 ns), an 8-byte long: too large for a number. */
export function ticksOf(epochMilliseconds: number): Buffer {
  const ticks = (BigInt(Math.trunc(epochMilliseconds)) + EPOCH_OFFSET) * 10_000n;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(ticks);
  return bytes;
}
