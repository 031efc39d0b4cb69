import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphAnswer } from './graph/graph-call.ts';

const MOST_BYTES = 4 * 1024 * 1024;

/** The request's body as text. Throws RangeError where it is larger than Graph takes. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > MOST_BYTES) throw new RangeError('The request body is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

/** Headers by lower-case name, each with its first value. */
export function plainHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value[0] : value,
    ]),
  );
}

/**
 * Sends an answer as JSON. Where no answer or no whole one is to come, the connection is dropped
 * after a while, or after half the body.
 */
export function sendAnswer(response: ServerResponse, answer: GraphAnswer): void {
  if (answer.hangSeconds !== undefined) {
    const timer = setTimeout(() => response.destroy(), answer.hangSeconds * 1000);
    timer.unref();
    response.once('close', () => clearTimeout(timer));
    return;
  }
  const body = bytesOf(answer);
  response.writeHead(answer.status, {
    'Cache-Control': 'no-cache',
    ...(body !== undefined && {
      'Content-Type': 'application/json;odata.metadata=minimal;charset=utf-8',
      'Content-Length': body.length,
    }),
    ...answer.headers,
  });
  if (answer.truncated !== 'cut' || body === undefined) response.end(body);
  else response.write(half(body), () => response.destroy());
}

/** The start of a JSON object is no JSON, wherever it ends. */
function bytesOf({ body, truncated }: GraphAnswer): Buffer | undefined {
  if (body === undefined) return undefined;
  const text = JSON.stringify(body);
  return Buffer.from(truncated === 'syntax' ? text.slice(0, text.length / 2) : text);
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);
