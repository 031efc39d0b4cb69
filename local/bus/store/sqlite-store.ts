import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Message } from '../queue/message.ts';
import { ContentCache } from './content-cache.ts';
import { messageOf, rowKey, rowOf } from './message-row.ts';
import type { Statements } from './sqlite-schema.ts';
import { openDatabase, prepareStatements } from './sqlite-schema.ts';
import type { MessageKey, Store, StoredState } from './store.ts';

/** Bytes of message contents kept in memory beside the disk. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** A message's write that waits for the commit. */
type Change =
  | { kind: 'insert'; queue: number; message: Message; content: Buffer }
  | { kind: 'update'; message: Message; content: Buffer | undefined }
  | { kind: 'remove' };

const messageRow = z.object({
  key: z.number(),
  session_id: z.string().nullable(),
  state: z.number(),
  delivery_count: z.number(),
  enqueued_at: z.number(),
  due_at: z.number().nullable(),
  expires_at: z.number().nullable(),
});
const queueRow = z.object({ number: z.number(), next_sequence_number: z.number() });
const numberRow = z.object({ number: z.number() });
const contentRow = z.object({ content: z.instanceof(Uint8Array) });
const stateRow = z.object({ state: z.instanceof(Uint8Array) });

/**
 * A store in a SQLite file: what is committed survives the death of the process. A message that
 * comes and goes within one turn never touches the disk.
 */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #cache = new ContentCache(CACHE_BYTES);
  readonly #changes = new Map<number, Change>();
  readonly #reserved = new Map<number, number>();
  readonly #sessionStates = new Map<string, [number, string, Buffer | null]>();

  /** Opens or makes the store in a folder. Throws if another process has it open. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#database = openDatabase(join(folder, 'bus.sqlite'));
    this.#statements = prepareStatements(this.#database);
  }

  queueNumber(name: string): number {
    this.#statements.addQueue.run(name);
    return numberRow.parse(this.#statements.queue.get(name)).number;
  }

  load(): StoredState {
    const messages: StoredState['messages'] = [];
    const rows = this.#database.prepare(
      `SELECT key, session_id, state, delivery_count, enqueued_at, due_at, expires_at
       FROM message ORDER BY key`,
    );
    for (const row of rows.iterate()) messages.push(messageOf(messageRow.parse(row)));
    const queues = this.#database.prepare('SELECT number, next_sequence_number FROM queue').all();
    const numbers = queues.map((row) => queueRow.parse(row));
    return {
      messages,
      nextSequenceNumbers: new Map(numbers.map((row) => [row.number, row.next_sequence_number])),
    };
  }

  insert(queue: number, message: Message, content: Buffer): void {
    const key = rowKey(queue, message.sequenceNumber);
    this.#changes.set(key, { kind: 'insert', queue, message, content });
    this.#cache.offer(key, content);
  }

  update(queue: number, message: Message, content?: Buffer): void {
    const key = rowKey(queue, message.sequenceNumber);
    const pending = this.#changes.get(key);
    if (content !== undefined) this.#cache.offer(key, content);
    if (pending?.kind === 'insert') {
      pending.message = message;
      pending.content = content ?? pending.content;
    } else {
      const earlier = pending?.kind === 'update' ? pending.content : undefined;
      this.#changes.set(key, { kind: 'update', message, content: content ?? earlier });
    }
  }

  remove({ queue, sequenceNumber }: MessageKey): void {
    const key = rowKey(queue, sequenceNumber);
    this.#cache.delete(key);
    if (this.#changes.get(key)?.kind === 'insert') this.#changes.delete(key);
    else this.#changes.set(key, { kind: 'remove' });
  }

  content({ queue, sequenceNumber }: MessageKey): Buffer {
    const key = rowKey(queue, sequenceNumber);
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const pending = this.#changes.get(key);
    if (pending !== undefined && pending.kind !== 'remove' && pending.content !== undefined) {
      return pending.content;
    }
    return bufferOf(contentRow.parse(this.#statements.content.get(key)).content);
  }

  reserve(queue: number, nextSequenceNumber: number): void {
    this.#reserved.set(queue, nextSequenceNumber);
  }

  sessionState(queue: number, sessionId: string): Buffer | undefined {
    const pending = this.#sessionStates.get(`${queue}/${sessionId}`);
    if (pending !== undefined) return pending[2] ?? undefined;
    const row = this.#statements.sessionState.get(queue, sessionId);
    return row === undefined ? undefined : bufferOf(stateRow.parse(row).state);
  }

  setSessionState(queue: number, sessionId: string, state: Buffer | null): void {
    this.#sessionStates.set(`${queue}/${sessionId}`, [queue, sessionId, state]);
  }

  commit(): void {
    if (this.#changes.size + this.#reserved.size + this.#sessionStates.size === 0) return;
    this.#database.exec('BEGIN');
    for (const [key, change] of this.#changes) this.#write(key, change);
    for (const [queue, next] of this.#reserved) this.#statements.reserve.run(next, queue);
    for (const [queue, sessionId, state] of this.#sessionStates.values()) {
      if (state === null) this.#statements.dropSessionState.run(queue, sessionId);
      else this.#statements.setSessionState.run(queue, sessionId, state);
    }
    this.#database.exec('COMMIT');
    this.#changes.clear();
    this.#reserved.clear();
    this.#sessionStates.clear();
  }

  close(): void {
    this.commit();
    this.#database.close();
  }

  #write(key: number, change: Change): void {
    if (change.kind === 'remove') {
      this.#statements.remove.run(key);
    } else if (change.kind === 'insert') {
      const row = rowOf(change.queue, change.message);
      this.#statements.insert.run(...Object.values(row), change.content);
    } else {
      const row = rowOf(0, change.message);
      this.#statements.update.run(row.state, row.delivery_count, key);
      if (change.content !== undefined) this.#statements.rewrite.run(change.content, key);
    }
  }
}

/** SQLite hands out plain byte arrays; this looks at the same memory. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
