import type { NotificationSettings } from './notification-options.ts';

/** How a receiver is treated: in time, late, or not at all. */
export type ReceiverState = 'prompt' | 'slow' | 'drop';

/**
 * Judges a receiver by how long its answers take. A judgement lasts for a while; then the receiver
 * is tried anew (Graph docs: change notifications, delivery by webhooks, throttling).
 */
export class ReceiverHealth {
  readonly #settings: NotificationSettings;
  readonly #now: () => number;
  #since: number;
  #answers = 0;
  #slow = 0;
  #verySlow = 0;
  #judged: { readonly state: ReceiverState; readonly until: number } | undefined;

  /** `now` in milliseconds. */
  constructor(settings: NotificationSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#since = now();
  }

  /** An answer came, or none in time, after so many milliseconds. */
  answered(milliseconds: number): void {
    const { windowSeconds, slowAnswerSeconds, dropAnswerSeconds } = this.#settings;
    if (this.#now() - this.#since >= windowSeconds * 1000) this.#begin();
    this.#answers += 1;
    if (milliseconds > slowAnswerSeconds * 1000) this.#slow += 1;
    if (milliseconds > dropAnswerSeconds * 1000) this.#verySlow += 1;
    this.#judge();
  }

  state(): ReceiverState {
    if (this.#judged !== undefined && this.#judged.until <= this.#now()) {
      this.#judged = undefined;
      this.#begin();
    }
    return this.#judged?.state ?? 'prompt';
  }

  #begin(): void {
    this.#since = this.#now();
    this.#answers = 0;
    this.#slow = 0;
    this.#verySlow = 0;
  }

  #judge(): void {
    const { judgedAnswers, slowPercent, dropPercent, delaySeconds } = this.#settings;
    if (this.#answers < judgedAnswers) return;
    const reaches = (count: number, percent: number) =>
      count > 0 && (count / this.#answers) * 100 >= percent;
    const until = this.#now() + delaySeconds * 1000;
    const before = this.state();
    if (before !== 'drop' && reaches(this.#verySlow, dropPercent)) {
      this.#judged = { state: 'drop', until };
    } else if (before === 'prompt' && reaches(this.#slow, slowPercent)) {
      this.#judged = { state: 'slow', until };
    }
  }
}
