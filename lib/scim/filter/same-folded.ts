import { foldName } from '../../sync/fold-name.ts';

/** Where characters begin that Unicode may compose or fold in ways of its own. */
const BEYOND_ASCII = 128;
const SPACE = 32;

/**
 * Whether a text folds to this. Most texts differ in one of their first characters: what is ASCII
 * there is compared on the spot, and folded whole only where trimming or composing could matter.
 */
export function isSameFolded(text: string, folded: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= BEYOND_ASCII || code <= SPACE) return foldName(text) === folded;
    if (lowerAscii(code) !== folded.charCodeAt(at)) {
      // The next character may be an accent that this one takes up.
      return text.charCodeAt(at + 1) >= BEYOND_ASCII && foldName(text) === folded;
    }
  }
  return text.length === folded.length;
}

function lowerAscii(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
