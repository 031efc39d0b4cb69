/**
 * What could steer a terminal, or make a text look like another: control characters (C0, DEL, C1), the
 * separators of lines and paragraphs, and what turns the direction of writing (UAX 9).
 */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text as it may be printed: a name in a directory can hold anything. */
export function plainText(text: string): string {
  return text.replace(STEERING, '\ufffd');
}

/** JSON of the same value that is safe to look at: what JSON lets stand of control characters is escaped. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
