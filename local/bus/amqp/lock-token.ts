/**
 * A lock token travels in two shapes: as a UUID (in management requests) and as a delivery tag, in
 * the byte order of a .NET Guid, whose first three fields are little-endian.
 */
export function tagOfToken(token: string): Buffer {
  return swapped(uuidBytes(token));
}

export function uuidBytes(token: string): Buffer {
  return Buffer.from(token.replaceAll('-', ''), 'hex');
}

export function tokenOfUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

function swapped(bytes: Buffer): Buffer {
  bytes.subarray(0, 4).swap32();
  bytes.subarray(4, 6).swap16();
  bytes.subarray(6, 8).swap16();
  return bytes;
}
