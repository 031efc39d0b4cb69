/** A date and time of XML Schema (RFC 7643 section 2.3.5). */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)?$/i;
const ZONE = /(?:Z|[+-]\d\d:\d\d)$/i;
/** The length of `2011-05-13T04:42:34.000Z`. */
const CANONICAL = 24;

/** Milliseconds since 1970; without a zone it is UTC. Undefined where the text is no such date. */
export function instantOf(text: string): number | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const instant = Date.parse(ZONE.test(text) ? text : `${text}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

/**
 * Compares dates with one that stays the same: below 0 where the date is earlier, undefined where it
 * is none. Dates in the form of `Date.toISOString` compare as texts, which costs a tenth.
 */
export function instantComparer(wanted: number): (text: string) => number | undefined {
  const canonical = new Date(wanted).toISOString();
  return (text) => {
    if (isCanonical(text) && canonical.length === CANONICAL)
      return text === canonical ? 0 : text < canonical ? -1 : 1;
    const instant = instantOf(text);
    return instant === undefined ? undefined : instant - wanted;
  };
}

function isCanonical(text: string): boolean {
  return text.length === CANONICAL && text.charAt(10) === 'T' && text.charAt(23) === 'Z';
}
