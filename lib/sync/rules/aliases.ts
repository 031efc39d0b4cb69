import { AppError } from '../../errors.ts';
import type { Json, Properties } from '../entry.ts';

const LONGEST_TEXT = 1_000;
/** Each yields two aliases at most, so that an entry has no more than 20. */
const MOST_TEMPLATES = 10;
const LONGEST_ALIAS = 256;

/** What many applications do not take: the characters forbidden in a sAMAccountName, and blanks. */
const UNWELCOME = /["[\]:;|=+*?<>/\\,.\s]/g;

/** What a template is put together from. */
type Part = { readonly literal: string } | { readonly source: string };

/** Alias templates that were read and checked. */
export interface AliasTemplates {
  readonly text: string;
  /** The properties that they use, in their right spelling, each once. */
  readonly sources: readonly string[];
  /** The parts of each template. */
  readonly parts: readonly (readonly Part[])[];
}

/** What gives aliases unless a connection says otherwise. */
export const DEFAULT_ALIASES = '%onPremisesSamAccountName%';

/**
 * Reads alias templates such as `%givenName%.%surname%;%onPremisesSamAccountName%`:
 *
 *     templates = template { ";" template }
 *     template  = part { part }, blanks around it left out
 *     part      = "%" property "%" | "%%", which is a percent sign | any text without ";" and "%"
 *
 * @param known property names in their right spelling; templates may write them in any case
 * @throws AppError 'bad-request' with the position (from 0) of the fault
 */
export function parseAliases(text: string, known: readonly string[]): AliasTemplates {
  if (text.length > LONGEST_TEXT)
    fail(`the templates are longer than ${LONGEST_TEXT} characters`, LONGEST_TEXT);
  const names = new Map(known.map((name) => [name.toLowerCase(), name]));
  const parts: (readonly Part[])[] = [];
  let at = 0;
  for (const piece of text.split(';')) {
    if (parts.length === MOST_TEMPLATES)
      fail(`there are more than ${MOST_TEMPLATES} templates`, at);
    parts.push(parseTemplate(piece, at, names));
    at += piece.length + 1;
  }
  const sources = parts.flat().flatMap((part) => ('source' in part ? [part.source] : []));
  return { text, sources: [...new Set(sources)], parts };
}

/**
 * The aliases of an entry, distinct without case, in the order of the templates. A template gives
 * what it spells, and beside it the same without `" [ ] : ; | = + * ? < > / \ , .` and blanks. One
 * with an empty property gives none: half a name is another's. Neither does what is longer than 256
 * characters: cut off, it could be another's too.
 */
export function aliasesOf(templates: AliasTemplates, properties: Properties): readonly string[] {
  const found = new Map<string, string>();
  for (const parts of templates.parts) {
    const alias = filled(parts, properties);
    for (const spelling of [alias, alias.replace(UNWELCOME, '')]) {
      const key = spelling.normalize('NFC').toLowerCase();
      const isFit = spelling !== '' && spelling.length <= LONGEST_ALIAS;
      if (isFit && !found.has(key)) found.set(key, spelling);
    }
  }
  return [...found.values()];
}

type Names = ReadonlyMap<string, string>;

function parseTemplate(piece: string, start: number, names: Names): readonly Part[] {
  const template = piece.trim();
  const offset = start + piece.length - piece.trimStart().length;
  if (template === '')
    fail('a template is empty; between two ; there is text or %property%', start);
  const parts: Part[] = [];
  // Between percent signs every other stretch is a property; one of no length is a sign itself.
  const stretches = template.split('%');
  if (stretches.length % 2 === 0)
    fail(
      'a % is not closed; write %property%, or %% for the sign',
      offset + template.lastIndexOf('%'),
    );
  let at = offset;
  for (const [index, stretch] of stretches.entries()) {
    if (index % 2 === 1) parts.push(parsePart(stretch, at - 1, names));
    else if (stretch !== '') parts.push({ literal: stretch });
    at += stretch.length + 1;
  }
  return parts;
}

function parsePart(name: string, position: number, names: Names): Part {
  if (name === '') return { literal: '%' };
  const source = names.get(name.toLowerCase());
  if (source !== undefined) return { source };
  return fail(
    `there is no property "${name}"; there are ${[...names.values()].join(', ')}`,
    position,
  );
}

function fail(message: string, position: number): never {
  throw new AppError('bad-request', `aliases: ${message} (at ${position})`);
}

function filled(parts: readonly Part[], properties: Properties): string {
  const texts = parts.map((part) =>
    'literal' in part ? part.literal : textOf(properties[part.source]),
  );
  return texts.includes('') ? '' : texts.join('');
}

function textOf(value: Json | undefined): string {
  if (Array.isArray(value)) return textOf(value[0]);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.trim() : '';
}
