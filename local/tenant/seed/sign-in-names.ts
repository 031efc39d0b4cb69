/** Gives every account an alias of its own: `jose.nunez`, `jose.nunez2`, … */
export class SignInNames {
  readonly #taken = new Map<string, number>();

  /** The wanted alias, with a number where somebody has it already. */
  take(wanted: string): string {
    const base = wanted.toLowerCase();
    const count = (this.#taken.get(base) ?? 0) + 1;
    this.#taken.set(base, count);
    if (count === 1) return wanted;
    const numbered = `${wanted}${count}`;
    return this.#taken.has(numbered.toLowerCase()) ? this.take(numbered) : this.#claim(numbered);
  }

  #claim(alias: string): string {
    this.#taken.set(alias.toLowerCase(), 1);
    return alias;
  }
}
