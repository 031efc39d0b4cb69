/** U+FEFF in UTF-8. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** How many bytes the byte order mark takes that a text may begin with. */
export function markLength(bytes: Uint8Array): number {
  return MARK.equals(bytes.subarray(0, MARK.length)) ? MARK.length : 0;
}

/** A text without its byte order mark, as it comes. */
export async function* withoutMark(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < MARK.length) continue;
    yield start.subarray(markLength(start));
    start = undefined;
  }
  if (start !== undefined) yield start;
}
