import type { Message } from '../queue/message.ts';
import type { MessageKey, Store, StoredState } from './store.ts';

/** A store that forgets everything when the process ends. */
export class MemoryStore implements Store {
  readonly #queues = new Map<string, number>();
  readonly #contents = new Map<number, Map<number, Buffer>>();
  readonly #sessionStates = new Map<number, Map<string, Buffer>>();

  queueNumber(name: string): number {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const next = this.#queues.size;
    this.#queues.set(name, next);
    this.#contents.set(next, new Map());
    this.#sessionStates.set(next, new Map());
    return next;
  }

  load(): StoredState {
    return { messages: [], nextSequenceNumbers: new Map() };
  }

  insert(queue: number, message: Message, content: Buffer): void {
    this.#contents.get(queue)?.set(message.sequenceNumber, content);
  }

  update(queue: number, message: Message, content?: Buffer): void {
    if (content !== undefined) this.insert(queue, message, content);
  }

  remove(key: MessageKey): void {
    this.#contents.get(key.queue)?.delete(key.sequenceNumber);
  }

  content(key: MessageKey): Buffer {
    const content = this.#contents.get(key.queue)?.get(key.sequenceNumber);
    if (content === undefined) throw new Error(`no message ${key.sequenceNumber}`);
    return content;
  }

  reserve(): void {
    // Nothing outlives the process, so no number can come twice.
  }

  sessionState(queue: number, sessionId: string): Buffer | undefined {
    return this.#sessionStates.get(queue)?.get(sessionId);
  }

  setSessionState(queue: number, sessionId: string, state: Buffer | null): void {
    if (state === null) this.#sessionStates.get(queue)?.delete(sessionId);
    else this.#sessionStates.get(queue)?.set(sessionId, state);
  }

  commit(): void {
    // What is in memory is as durable as it gets.
  }

  close(): void {
    this.#contents.clear();
  }
}
