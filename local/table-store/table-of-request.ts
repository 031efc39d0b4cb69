import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

const BATCH = '$batch';

/** A batch's operation: its request line names the whole address. */
const OPERATION = /^(?:GET|POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP\/1\.1\r?$/mu;

/** `/account/table(PartitionKey='…',RowKey='…')` */
const RESOURCE = /^\/[^/]+\/([^/(?]+)/u;

/**
 * Which table a request is about, in lower case; `tables` for the list of them, undefined where it
 * says none. A batch's body is read up to its first operation, and put back: its operations are all
 * about one table (Azure docs: "Performing entity group transactions").
 */
export async function tableOfRequest(request: IncomingMessage): Promise<string | undefined> {
  const resource = resourceOf(request.url ?? '');
  return resource === BATCH ? resourceOf((await peekOperation(request)) ?? '') : resource;
}

function resourceOf(url: string): string | undefined {
  const path = URL.parse(url, 'http://127.0.0.1')?.pathname ?? '';
  return RESOURCE.exec(path)?.[1]?.toLowerCase();
}

/**
 * The address of a batch's first operation.
 * @throws Error when the client goes away meanwhile
 */
async function peekOperation(request: IncomingMessage): Promise<string | undefined> {
  const length = Number(request.headers['content-length'] ?? 0);
  let body: Buffer = Buffer.alloc(0);
  let address: string | undefined;
  while (address === undefined && body.length < length) {
    const chunk: unknown = request.read();
    if (!(chunk instanceof Buffer)) await once(request, 'readable');
    else body = Buffer.concat([body, chunk]);
    address = OPERATION.exec(body.toString('latin1'))?.[1];
  }
  // Before the stream notices that it has ended, which it does a tick after its last byte is read.
  if (body.length > 0) request.unshift(body);
  return address;
}
