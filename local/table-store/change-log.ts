import { closeSync, ftruncateSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Change, toLine } from './records.ts';
import { replay } from './replay.ts';

const UNFINISHED = '.tmp';
const FILE_NAME = /^tables-(\d{8})\.(log|snapshot)$/;

/**
 * The changes of the tables on disk: numbered logs that are only appended to, and at most one
 * snapshot that stands for all logs before its number. A change is with the operating system when
 * `append` returns, so that it survives the end of this process, however it ends.
 */
export class ChangeLog {
  readonly #folder: string;
  #number = 1;
  #file: number | undefined;
  #bytes = 0;
  #replayed = 0;
  #compacting: Promise<void> | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the log in a folder that is there, and applies every change in it. */
  static open(folder: string, apply: (change: Change) => void): ChangeLog {
    const log = new ChangeLog(folder);
    for (const name of readdirSync(folder))
      if (name.endsWith(UNFINISHED)) rmSync(join(folder, name));
    const { snapshot, logs } = log.#find();
    if (snapshot !== undefined) replay(log.#path(snapshot, 'snapshot'), apply);
    for (const number of logs) {
      // What a kill cut off after the last whole line was never answered for.
      const bytes = replay(log.#path(number, 'log'), apply);
      log.#start(number, bytes);
      log.#replayed += bytes;
    }
    if (log.#file === undefined) log.#start(snapshot ?? 1, 0);
    return log;
  }

  /** The bytes of the logs, without a snapshot, that were read when it was opened. */
  get replayed(): number {
    return this.#replayed;
  }

  /** @throws Error where it cannot be written; then it was not. */
  append(change: Change): void {
    if (this.#file === undefined) throw new Error('The log of the tables is closed.');
    const bytes = Buffer.from(toLine(change));
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      this.#bytes += bytes.length;
    } catch (error) {
      ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
  }

  /** Writes a snapshot, which is asked for little by little, in the place of what is there. */
  async compact(snapshot: Iterable<Change>): Promise<void> {
    this.#compacting ??= this.#compact(snapshot).finally(() => {
      this.#compacting = undefined;
    });
    await this.#compacting;
  }

  /** Ends it; a snapshot that is being written is given up. */
  async close(): Promise<void> {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    await this.#compacting;
  }

  async #compact(snapshot: Iterable<Change>): Promise<void> {
    const number = this.#number + 1;
    this.#start(number, 0);
    const path = this.#path(number, 'snapshot');
    const unfinished = `${path}${UNFINISHED}`;
    const file = await open(unfinished, 'w', 0o600);
    try {
      for (const change of snapshot) {
        if (this.#file === undefined) return;
        await file.appendFile(toLine(change));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    for (const old of this.#files())
      if (old.number < number) await rm(this.#path(old.number, old.kind));
  }

  /** From now on, changes go to this log, after so many bytes of it. */
  #start(number: number, bytes: number): void {
    const file = openSync(this.#path(number, 'log'), 'a', 0o600);
    ftruncateSync(file, bytes);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = file;
    this.#number = number;
    this.#bytes = bytes;
  }

  #find(): { snapshot: number | undefined; logs: readonly number[] } {
    const files = this.#files();
    const snapshots = files.filter(({ kind }) => kind === 'snapshot').map(({ number }) => number);
    const snapshot = snapshots.length === 0 ? undefined : Math.max(...snapshots);
    const logs = files
      .filter(({ kind, number }) => kind === 'log' && number >= (snapshot ?? 0))
      .map(({ number }) => number)
      .sort((a, b) => a - b);
    return { snapshot, logs };
  }

  #files(): { number: number; kind: string }[] {
    return readdirSync(this.#folder).flatMap((name) => {
      const [, number, kind] = FILE_NAME.exec(name) ?? [];
      return number === undefined || kind === undefined ? [] : [{ number: Number(number), kind }];
    });
  }

  #path(number: number, kind: string): string {
    return join(this.#folder, `tables-${String(number).padStart(8, '0')}.${kind}`);
  }
}
