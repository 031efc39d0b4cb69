import { ExpressionError } from './expression-error.ts';

const BLANKS = /\s*/y;
const CURLY_QUOTES = '\u201c\u201d\u201e';

/** Reads an expression's text from left to right. */
export class Reader {
  readonly text: string;
  /** Where it reads next. */
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next character after blanks; "" at the end. */
  peek(): string {
    BLANKS.lastIndex = this.at;
    BLANKS.test(this.text);
    this.at = BLANKS.lastIndex;
    return this.text.charAt(this.at);
  }

  /** Reads what a sticky pattern finds after blanks, if it does. */
  take(pattern: RegExp): string | undefined {
    this.peek();
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Reads the text behind a quotation mark; knows the escapes \\ and \". */
  takeText(): string {
    const start = this.at;
    let value = '';
    for (let at = start + 1; at < this.text.length; at += 1) {
      const char = this.text.charAt(at);
      if (char === '"') {
        this.at = at + 1;
        return value;
      }
      if (char === '\\') {
        at += 1;
        const escaped = this.text.charAt(at);
        if (escaped !== '\\' && escaped !== '"')
          return this.fail('a backslash in a text is written \\\\, a quotation mark \\"', at - 1);
        value += escaped;
      } else value += char;
    }
    return this.fail('the text has no closing quotation mark', start);
  }

  /** Reads the attribute name behind an opening bracket. */
  takeName(): string {
    const start = this.at;
    const end = this.text.indexOf(']', start);
    const name = this.text.slice(start + 1, end).trim();
    if (end < 0 || name.includes('['))
      return this.fail('the attribute has no closing bracket', start);
    if (name === '') return this.fail('the brackets name no attribute', start);
    this.at = end + 1;
    return name;
  }

  /** @throws ExpressionError always: what stands here does not belong here */
  unexpected(): never {
    const char = this.peek();
    if (char === '') return this.fail('the expression ends too early');
    if (CURLY_QUOTES.includes(char))
      return this.fail('texts stand in straight quotation marks, not in curly ones');
    const whole = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    return this.fail(`${JSON.stringify(whole.toWellFormed())} is not expected here`);
  }

  /** @throws ExpressionError always */
  fail(message: string, position: number = this.at): never {
    throw new ExpressionError(message, position);
  }
}
