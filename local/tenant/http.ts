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

/** Sends an answer as JSON, or drops the connection after a while where no answer is to come. */
export function sendAnswer(response: ServerResponse, answer: GraphAnswer): void {
  if (answer.hangSeconds !== undefined) {
    const timer = setTimeout(() => response.destroy(), answer.hangSeconds * 1000);
    timer.unref();
    response.once('close', () => clearTimeout(timer));
    return;
  }
  const body = answer.body === undefined ? undefined : Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    'Cache-Control': 'no-cache',
    ...(body !== undefined && {
      'Content-Type': 'application/json;odata.metadata=minimal;charset=utf-8',
      'Content-Length': body.length,
    }),
    ...answer.headers,
  });
  response.end(body);
}
