import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TableFault } from './table-faults.ts';

const JSON_TYPE = 'application/json;odata=minimalmetadata;streaming=true;charset=utf-8';

type Refusal = Exclude<TableFault, { mode: 'hang' }>;

/** The sentences of Azure's table service (docs: "Table service error codes"; errors in the field). */
const SENTENCES = {
  unavailable: 'The server is currently unable to receive requests. Please retry your request.',
  throttle: 'The server is busy.',
} as const;

/** Answers a request as Azure's table service does when it has no room for it. */
export function serverBusy(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Refusal,
): void {
  const requestId = randomUUID();
  response.setHeader('x-ms-request-id', requestId);
  response.setHeader('x-ms-version', '2019-02-02');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const isBatch = /\/\$batch(?:\?|$)/u.test(request.url ?? '');
  if (fault.mode === 'throttle' && isBatch) answerBatch(response, requestId);
  else answer(response, requestId, fault);
}

function answer(response: ServerResponse, requestId: string, fault: Refusal): void {
  if (fault.mode === 'throttle' && fault.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', fault.retryAfterSeconds);
  response.writeHead(503, { 'Content-Type': JSON_TYPE });
  response.end(errorBody(SENTENCES[fault.mode], requestId));
}

/** The failure of the first operation stands for all (docs: "Sample error response"). */
function answerBatch(response: ServerResponse, requestId: string): void {
  const batch = `batchresponse_${randomUUID()}`;
  const changes = `changesetresponse_${randomUUID()}`;
  const lines = [
    `--${batch}`,
    `Content-Type: multipart/mixed; boundary=${changes}`,
    '',
    `--${changes}`,
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    'HTTP/1.1 503 Service Unavailable',
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-cache',
    'DataServiceVersion: 3.0;',
    `Content-Type: ${JSON_TYPE}`,
    '',
    errorBody(`0:${SENTENCES.throttle}`, requestId),
    `--${changes}--`,
    `--${batch}--`,
    '',
  ];
  response.writeHead(202, { 'Content-Type': `multipart/mixed; boundary=${batch}` });
  response.end(lines.join('\r\n'));
}

function errorBody(sentence: string, requestId: string): string {
  const value = `${sentence}\nRequestId:${requestId}\nTime:${new Date().toISOString()}`;
  return JSON.stringify({
    'odata.error': { code: 'ServerBusy', message: { lang: 'en-US', value } },
  });
}
