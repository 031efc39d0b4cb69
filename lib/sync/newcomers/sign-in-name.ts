import { type Attributes, valuesOf } from '../entry.ts';

/** Of a userPrincipalName before and behind the @ (Graph docs: user resource type). */
const LONGEST_LOCAL = 64;

/** Letters that are no other letter with a mark on it. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ł', 'l'],
  ['þ', 'th'],
  ['ı', 'i'],
]);

/** A name to sign in with, or why there is none. */
export type SignInName =
  | { readonly ok: true; readonly local: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads which attributes a template names.
 * @returns undefined where its braces do not match, or nothing stands in them
 */
export function attributesIn(template: string): readonly string[] | undefined {
  const names: string[] = [];
  for (const [at, part] of template.split('{').entries()) {
    const pieces = part.split('}');
    if (at === 0 ? pieces.length !== 1 : pieces.length !== 2) return undefined;
    if (at > 0 && pieces[0]?.trim() === '') return undefined;
    if (at > 0) names.push(pieces[0]?.trim() ?? '');
  }
  return names;
}

/**
 * The part before the @ that a template comes to: each `{attribute}` is what the entry has of it, an
 * address without its domain. Only what Entra takes stays: no accents, no spaces (Graph docs: user,
 * userPrincipalName: A-Z a-z 0-9 ' . - _ ! # ^ ~).
 * @param template one that {@link attributesIn} can read
 */
export function signInName(template: string, attributes: Attributes): SignInName {
  const names = attributesIn(template) ?? [];
  const missing = names.filter((name) => textOf(attributes, name) === '');
  if (missing.length > 0)
    return {
      ok: false,
      reason: `the sign-in name is made of ${missing.join(', ')}, which is empty`,
    };
  const filled = names.reduce(
    (text, name) => text.replace(`{${name}}`, () => textOf(attributes, name)),
    template.replaceAll(/\{\s+/g, '{').replaceAll(/\s+\}/g, '}'),
  );
  const local = plain(filled)
    .slice(0, LONGEST_LOCAL)
    .replaceAll(/^\.+|\.+$/g, '');
  if (local === '')
    return { ok: false, reason: 'nothing that Entra takes is left of the sign-in name' };
  return { ok: true, local };
}

function textOf(attributes: Attributes, name: string): string {
  const [value = ''] = valuesOf(attributes[name]);
  return (value.split('@')[0] ?? '').trim();
}

/** In small letters of ASCII; what stands between words is a full stop. */
function plain(text: string): string {
  const folded = text.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
  const spelled = Array.from(folded, (letter) => LETTERS.get(letter) ?? letter).join('');
  return spelled
    .replaceAll(/\s+/g, '.')
    .replaceAll(/[^a-z0-9'.\-_!#^~]/g, '')
    .replaceAll(/\.{2,}/g, '.');
}

/** A mail nickname: ASCII without what Graph forbids in one (Graph docs: group, mailNickname). */
export function mailNickname(text: string, most: number): string {
  return plain(text)
    .replaceAll(/['!#^~]/g, '')
    .slice(0, most)
    .replaceAll(/^\.+|\.+$/g, '');
}
