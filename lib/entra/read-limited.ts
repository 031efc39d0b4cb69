import { AppError } from '../errors.ts';

/**
 * Reads a body to its end.
 * @throws AppError `bad-answer` where it is too large
 */
export async function readLimited(
  response: Response,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new AppError('bad-answer', `an answer of Entra is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
