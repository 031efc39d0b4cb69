import { SequenceList } from './sequence-list.ts';

/**
 * The messages that can be handed out, by lane: one lane per session, or a single one where the
 * queue has no sessions. Empty lanes are dropped, so finished sessions cost nothing.
 */
export class ReadyMessages {
  readonly #lanes = new Map<string, SequenceList>();

  first(lane: string): number | undefined {
    return this.#lanes.get(lane)?.first();
  }

  has(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  add(lane: string, sequenceNumber: number): void {
    let list = this.#lanes.get(lane);
    if (list === undefined) {
      list = new SequenceList();
      this.#lanes.set(lane, list);
    }
    list.add(sequenceNumber);
  }

  delete(lane: string, sequenceNumber: number): void {
    const list = this.#lanes.get(lane);
    if (list === undefined) return;
    list.delete(sequenceNumber);
    if (list.size === 0) this.#lanes.delete(lane);
  }
}
