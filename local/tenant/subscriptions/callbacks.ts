import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

/** A request to a receiver. */
export interface CallbackRequest {
  readonly url: string;
  readonly contentType: string;
  readonly text: string;
  /** How long the whole answer may take. */
  readonly seconds: number;
}

/** What came back: an answer, or why there is none. */
export interface CallbackAnswer {
  readonly outcome: number | 'timeout' | 'error' | 'closed';
  /** From sending to the answer's head, or to giving up. */
  readonly milliseconds: number;
  readonly contentType: string;
  readonly text: string;
}

interface Attempt {
  readonly options: CallbackRequest;
  readonly startedAt: number;
  readonly finish: (answer: CallbackAnswer) => void;
}

const MOST_BYTES = 65_536;

const OPEN_AT_ONCE = 64;

/** Sends requests to receivers over https. Redirects are not followed. */
export class Callbacks {
  readonly #agent: Agent;
  readonly #open = new Set<ClientRequest>();
  #isClosed = false;

  /** `ca` is the PEM of the only authority that is trusted; undefined = those of the machine. */
  constructor(ca: string | undefined) {
    this.#agent = new Agent({
      keepAlive: true,
      maxTotalSockets: OPEN_AT_ONCE,
      ...(ca !== undefined && { ca }),
    });
  }

  /** Never rejects. */
  async post(options: CallbackRequest): Promise<CallbackAnswer> {
    const answer = await this.#attempt(options);
    return answer === 'stale' ? this.post(options) : answer;
  }

  /** Cuts what is under way. */
  close(): void {
    this.#isClosed = true;
    for (const open of this.#open) open.destroy();
    this.#agent.destroy();
  }

  /** Stale = the connection was kept open, and the receiver had ended it meanwhile. */
  async #attempt(options: CallbackRequest): Promise<CallbackAnswer | 'stale'> {
    const startedAt = performance.now();
    if (this.#isClosed) return without('closed', startedAt);
    const { promise, resolve } = Promise.withResolvers<CallbackAnswer | 'stale'>();
    const sent = this.#send(options);
    this.#open.add(sent);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      sent.destroy();
    }, options.seconds * 1000);
    sent.once('response', (response) => {
      void readAnswer(response, { options, startedAt, finish: resolve });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && error.code === 'ECONNRESET' && !isLate;
      resolve(isStale && !this.#isClosed ? 'stale' : without('error', startedAt));
    });
    sent.once('close', () => {
      clearTimeout(timer);
      this.#open.delete(sent);
    });
    const answer = await promise;
    if (answer === 'stale' || answer.outcome !== 'error') return answer;
    if (this.#isClosed) return { ...answer, outcome: 'closed' };
    return isLate ? { ...answer, outcome: 'timeout' } : answer;
  }

  #send({ url, contentType, text }: CallbackRequest): ClientRequest {
    const bytes = Buffer.from(text);
    const sent = request(url, {
      method: 'POST',
      agent: this.#agent,
      minVersion: 'TLSv1.2',
      headers: { 'Content-Type': contentType, 'Content-Length': bytes.length },
    });
    sent.end(bytes);
    return sent;
  }
}

function without(outcome: 'error' | 'closed', startedAt: number): CallbackAnswer {
  return { outcome, milliseconds: performance.now() - startedAt, contentType: '', text: '' };
}

async function readAnswer(response: IncomingMessage, attempt: Attempt): Promise<void> {
  const milliseconds = performance.now() - attempt.startedAt;
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > MOST_BYTES) break;
    }
  } catch {
    attempt.finish(without('error', attempt.startedAt));
    return;
  }
  attempt.finish({
    outcome: response.statusCode ?? 'error',
    milliseconds,
    contentType: response.headers['content-type'] ?? '',
    text,
  });
}
