import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';

const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The JSON of an answer; undefined where it is empty, or no JSON.
 * @throws CommandFailure where it is too long
 */
export async function readBody(response: Response): Promise<unknown> {
  const text = await readText(response);
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES)
      throw new CommandFailure(EXIT.refused, `The answer is longer than ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
