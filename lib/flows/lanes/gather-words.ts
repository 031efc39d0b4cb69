import type { Outgoing } from '../../ports/platform.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';

/** Ids that travel with one message. */
const OBJECTS_A_MESSAGE = 500;
/** Between two sendings: every message makes somebody look, and Graph waits for seconds. */
const PAUSE_MILLISECONDS = 250;

/** A burst is taken in before anybody looks, and not longer than Graph likes to wait. */
const SETTLING_MILLISECONDS = 20;
const LONGEST_SETTLINGS = 25;

/** What a connection is told. */
export interface Word {
  /** Kinds by id. */
  readonly objects: ReadonlyMap<string, 'user' | 'group'>;
  /** The subscription itself is to be seen to. */
  readonly isTending: boolean;
  /** Something may have been missed: no id says what. */
  readonly isWhole: boolean;
  /** When it came in, in milliseconds since 1970. */
  readonly at: number;
}

/** Resolves once the words are on the bus, by connection. @throws AppError `unavailable` */
export type Tell = (words: ReadonlyMap<string, Word>) => Promise<void>;

/**
 * Puts words for connections on the bus. What comes in while a sending is under way, or shortly
 * after it, is put together: of a storm a connection gets a few messages, and nobody waits for long.
 */
export function gatherWords({ bus, sleep }: Pick<Services, 'bus' | 'sleep'>): Tell {
  let waiting = new Map<string, Word>();
  let next: Promise<void> | undefined;
  let current: Promise<unknown> = Promise.resolve();
  let heard = 0;
  /** While more comes in, looking would only take the time that answering needs. */
  const settle = async () => {
    for (let n = 0; n < LONGEST_SETTLINGS; n += 1) {
      const before = heard;
      await sleep(SETTLING_MILLISECONDS);
      if (heard === before) return;
    }
  };
  const sendWaiting = async () => {
    await current;
    await settle();
    const words = waiting;
    waiting = new Map();
    next = undefined;
    const sending = bus.send('polls', [...words].flatMap(messagesOf));
    current = Promise.allSettled([sending, sleep(PAUSE_MILLISECONDS)]);
    await sending;
  };
  return async (words) => {
    if (words.size === 0) return;
    heard += 1;
    for (const [id, word] of words) waiting.set(id, together(waiting.get(id), word));
    next ??= sendWaiting();
    await next;
  };
}

/** The later time counts: only what is read after it answers both. */
function together(one: Word | undefined, other: Word): Word {
  if (!one) return other;
  return {
    objects: new Map([...one.objects, ...other.objects]),
    isTending: one.isTending || other.isTending,
    isWhole: one.isWhole || other.isWhole,
    at: Math.max(one.at, other.at),
  };
}

function messagesOf([connectionId, { objects: kinds, isTending, isWhole, at }]: [
  string,
  Word,
]): Outgoing[] {
  const named = [...kinds].map(([id, kind]) => ({ id, kind }));
  const messages: Outgoing[] = [];
  if (isTending) messages.push(toPoll({ connectionId, reason: 'tend', isAsked: true }));
  if (isWhole) messages.push(toPoll({ connectionId, reason: 'notified', at }));
  for (let from = 0; from < named.length; from += OBJECTS_A_MESSAGE) {
    const objects = named.slice(from, from + OBJECTS_A_MESSAGE);
    messages.push(toPoll({ connectionId, reason: 'notified', at, objects }));
  }
  return messages;
}
