import type { Json } from '../../sync/entry.ts';
import type { AttributeType } from '../schema/attribute.ts';

type SimpleType = Exclude<AttributeType, 'complex'>;

/** How a value becomes one of the type; undefined = it cannot. */
const COERCIONS: Readonly<Record<SimpleType, (value: Json) => Json | undefined>> = {
  string: toText,
  reference: toText,
  boolean: toBoolean,
  integer: toInteger,
  decimal: toDecimal,
  dateTime: (value) => textLike(value, isDateTime),
  binary: (value) => textLike(value, isBase64),
};

/**
 * A single value as its type wants it, where that loses nothing: `"True"` as a boolean is true, `"7"`
 * as an integer is 7, and 7 as a string is `"7"`.
 * @returns undefined where it cannot be of the type
 */
export function coerceSimple(type: SimpleType, value: Json): Json | undefined {
  return COERCIONS[type](value);
}

function toText(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  const isPlain =
    typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
  return isPlain ? String(value) : undefined;
}

function toBoolean(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

function toInteger(value: Json): number | undefined {
  const number = typeof value === 'string' && /^[+-]?\d{1,16}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? Number(number) : undefined;
}

function toDecimal(value: Json): number | undefined {
  const isText = typeof value === 'string' && /^[+-]?\d{1,30}(?:\.\d{1,30})?$/.test(value);
  const number = isText ? Number(value) : value;
  return Number.isFinite(number) ? Number(number) : undefined;
}

function textLike(value: Json, isRight: (text: string) => boolean): string | undefined {
  return typeof value === 'string' && isRight(value) ? value : undefined;
}

/** An xsd:dateTime (RFC 7643 section 2.3.5), such as 2026-11-22T12:00:00Z. */
const DATE_TIME =
  /^(\d{4}-\d\d-(\d\d))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,12})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;

function isDateTime(text: string): boolean {
  const [, date, day] = DATE_TIME.exec(text) ?? [];
  if (date === undefined) return false;
  // The engine takes a 30 February for the 2 March.
  return new Date(`${date}T00:00:00Z`).getUTCDate() === Number(day);
}

/** Either alphabet, with or without padding (RFC 7643 section 2.3.6). */
function isBase64(text: string): boolean {
  return /^[\w+/-]+={0,2}$/.test(text);
}
