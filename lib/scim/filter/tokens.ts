import { ScimError, type ScimType } from '../scim-error.ts';

/** A filter's or a path's length in characters. */
const MAX_LENGTH = 4_096;

/** A piece of a filter or a path; `text` is a text in quotation marks, without its escapes. */
export interface Token {
  readonly kind: 'word' | 'text' | '(' | ')' | '[' | ']' | 'end';
  readonly text: string;
}

const END: Token = { kind: 'end', text: '' };
const BRACKETS = new Map<string, Token>(
  (['(', ')', '[', ']'] as const).map((kind) => [kind, { kind, text: kind }]),
);

/** Hands out the tokens of a filter or a path, one by one; every character is read once. */
export class Tokens {
  readonly #source: string;
  readonly #scimType: ScimType;
  #at = 0;
  #next: Token;

  /**
   * @param scimType what a fault is called: `invalidFilter` or `invalidPath`
   * @throws ScimError, as all that reads from it
   */
  constructor(source: string, scimType: ScimType) {
    this.#source = source;
    this.#scimType = scimType;
    if (source.length > MAX_LENGTH) this.fail(`it is longer than ${MAX_LENGTH} characters`);
    this.#next = this.#read();
  }

  get next(): Token {
    return this.#next;
  }

  take(): Token {
    const token = this.#next;
    if (token !== END) this.#next = this.#read();
    return token;
  }

  /** Takes the next token where it is of this kind. */
  takes(kind: Token['kind']): boolean {
    const isNext = this.#next.kind === kind;
    if (isNext) this.take();
    return isNext;
  }

  /** Takes the next token where it is this word, in any case. */
  takesWord(word: string): boolean {
    const isNext = this.#next.kind === 'word' && this.#next.text.toLowerCase() === word;
    if (isNext) this.take();
    return isNext;
  }

  expect(kind: Token['kind'], what: string): void {
    if (!this.takes(kind)) this.fail(`${what} is missing`);
  }

  /** @throws ScimError always; the detail never carries a value of the filter */
  fail(detail: string, scimType: ScimType = this.#scimType): never {
    const what = this.#scimType === 'invalidPath' ? 'path' : 'filter';
    throw new ScimError(400, scimType, `The ${what} cannot be used: ${detail}.`);
  }

  #read(): Token {
    while (isBlank(this.#source.charCodeAt(this.#at))) this.#at += 1;
    const char = this.#source.charAt(this.#at);
    if (char === '') return END;
    if (char === '"') return { kind: 'text', text: this.#readText() };
    const bracket = BRACKETS.get(char);
    if (!bracket) return { kind: 'word', text: this.#readWord() };
    this.#at += 1;
    return bracket;
  }

  #readWord(): string {
    const start = this.#at;
    while (isOfWord(this.#source, this.#at)) this.#at += 1;
    return this.#source.slice(start, this.#at);
  }

  /** A text is a JSON string (RFC 7644 section 3.4.2.2). */
  #readText(): string {
    const start = this.#at;
    const end = endOfText(this.#source, start + 1);
    if (end < 0) return this.fail('a quotation mark is not closed');
    this.#at = end + 1;
    try {
      return String(JSON.parse(this.#source.slice(start, end + 1)));
    } catch {
      return this.fail('a text is not written as JSON has it');
    }
  }
}

function endOfText(source: string, from: number): number {
  for (let at = from; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '"') return at;
    if (char === '\\') at += 1;
  }
  return -1;
}

function isOfWord(source: string, at: number): boolean {
  const char = source.charAt(at);
  return char !== '' && char !== '"' && !BRACKETS.has(char) && !isBlank(source.charCodeAt(at));
}

/** Space, tab and line breaks; false past the end, where the code is NaN. */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
