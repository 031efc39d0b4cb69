import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DeltaQuery, DeltaRound, DeltaStart } from './delta-round.ts';

const querySchema = z.object({
  resource: z.enum(['users', 'groups']),
  select: z.array(z.string()).optional(),
  ids: z.array(z.string()).optional(),
});
const startSchema = z.object({ query: querySchema, since: z.number().optional() });
const roundSchema = startSchema.extend({
  until: z.number(),
  position: z.number(),
  limit: z.number(),
  slice: z.number(),
  afterEmptyPage: z.boolean().optional(),
  only: z.object({ share: z.number(), salt: z.number() }).optional(),
});
const stampSchema = z.object({
  /** Another start of the tenant has forgotten what this one knew. */
  generation: z.string(),
  issuedAt: z.number(),
  nonce: z.number(),
});
const startToken = z.object({ stamp: stampSchema, start: startSchema });
const roundToken = z.object({ stamp: stampSchema, round: roundSchema });

/** What a token held, or what is wrong with it; an old one still tells what it was for. */
export type Opened<T> =
  | { readonly value: T }
  | { readonly fault: 'malformed' }
  | { readonly fault: 'expired'; readonly query: DeltaQuery };

/** Delta tokens for directory objects live for 7 days (Graph docs: delta query overview). */
const DEFAULT_LIFETIME_SECONDS = 7 * 24 * 3600;

const checksum = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 12);

function sealed(content: object): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${checksum(text)}`;
}

function opened(token: string): unknown {
  const [text = '', sum] = token.split('.');
  if (checksum(text) !== sum) return undefined;
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}

/**
 * Turns places in a delta into the opaque tokens of next links and delta links, and back. The
 * whole state travels in the token, so that any number of clients costs nothing. Every token is
 * a new one, also where nothing has changed.
 */
export class DeltaTokens {
  readonly #generation: string;
  readonly #now: () => number;
  readonly #lifetimeMs: number;
  #issued = 0;

  constructor(generation: string, now: () => number, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS) {
    this.#generation = generation;
    this.#now = now;
    this.#lifetimeMs = lifetimeSeconds * 1000;
  }

  skipToken(round: DeltaRound): string {
    return sealed({ stamp: this.#stamp(), round });
  }

  deltaToken(start: DeltaStart): string {
    return sealed({ stamp: this.#stamp(), start });
  }

  openSkipToken(token: string): Opened<DeltaRound> {
    const content = roundToken.safeParse(opened(token));
    if (!content.success) return { fault: 'malformed' };
    const { stamp, round } = content.data;
    const value = { ...round, since: round.since };
    return this.#isCurrent(stamp) ? { value } : { fault: 'expired', query: value.query };
  }

  openDeltaToken(token: string): Opened<DeltaStart> {
    const content = startToken.safeParse(opened(token));
    if (!content.success) return { fault: 'malformed' };
    const { stamp, start } = content.data;
    const value = { ...start, since: start.since };
    return this.#isCurrent(stamp) ? { value } : { fault: 'expired', query: value.query };
  }

  #isCurrent({ generation, issuedAt }: z.infer<typeof stampSchema>): boolean {
    return generation === this.#generation && this.#now() < issuedAt + this.#lifetimeMs;
  }

  #stamp(): z.infer<typeof stampSchema> {
    this.#issued += 1;
    return { generation: this.#generation, issuedAt: this.#now(), nonce: this.#issued };
  }
}
