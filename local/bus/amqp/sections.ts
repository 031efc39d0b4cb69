/** The sections of a message by descriptor code (AMQP 1.0 part 3, section 3.2). */
export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
} as const;

export interface Section {
  /** The descriptor code, one of SECTION or a body's. */
  code: number;
  /** The whole section, descriptor included. */
  bytes: Buffer;
}

/** Cuts a message into its sections without decoding them. Throws RangeError if it is malformed. */
export function sectionsOf(message: Buffer): Section[] {
  const sections: Section[] = [];
  let offset = 0;
  while (offset < message.length) {
    if (message[offset] !== 0x00) throw new RangeError('a section must begin with a descriptor');
    const end = skipValue(message, offset);
    if (end > message.length) throw new RangeError('a section ends after the message');
    sections.push({ code: sectionCode(message, offset + 1), bytes: message.subarray(offset, end) });
    offset = end;
  }
  return sections;
}

/** A section's descriptor is a ulong; peers may use its short or its long form. */
function sectionCode(buffer: Buffer, offset: number): number {
  const code = buffer.readUInt8(offset);
  if (code === 0x53) return buffer.readUInt8(offset + 1);
  if (code === 0x80) return Number(buffer.readBigUInt64BE(offset + 1));
  throw new RangeError('a section descriptor must be a number');
}

/** Bytes of a fixed-width value by the high half of its constructor (AMQP 1.0 part 1, section 1.2). */
const FIXED_WIDTHS: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };

/** Where the value at this offset ends. */
function skipValue(buffer: Buffer, start: number): number {
  let offset = start;
  while (buffer.readUInt8(offset) === 0x00) offset = skipValue(buffer, offset + 1);
  const width = buffer.readUInt8(offset) >> 4;
  const fixed = FIXED_WIDTHS[width];
  if (fixed !== undefined) return offset + 1 + fixed;
  // 0xA, 0xC and 0xE tell their size in one byte, 0xB, 0xD and 0xF in four.
  if (width < 0xa) throw new RangeError(`unknown constructor at ${offset}`);
  if (width % 2 === 0) return offset + 2 + buffer.readUInt8(offset + 1);
  return offset + 5 + buffer.readUInt32BE(offset + 1);
}
