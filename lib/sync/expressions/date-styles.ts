/** How a date is read (.NET: DateTimeStyles). */
export interface DateStyles {
  readonly leadingWhite: boolean;
  readonly trailingWhite: boolean;
  readonly innerWhite: boolean;
  /** The date is one in UTC afterwards. */
  readonly adjusts: boolean;
  /** A date without a zone is taken for one in UTC, or in the server's zone, which is UTC too. */
  readonly assumes: boolean;
  /** What names UTC stays UTC, and does not become the server's zone. */
  readonly roundtrips: boolean;
}

const NONE: DateStyles = {
  leadingWhite: false,
  trailingWhite: false,
  innerWhite: false,
  adjusts: false,
  assumes: false,
  roundtrips: false,
};

const NAMES: ReadonlyMap<string, Partial<DateStyles>> = new Map<string, Partial<DateStyles>>([
  ['None', {}],
  ['AllowLeadingWhite', { leadingWhite: true }],
  ['AllowTrailingWhite', { trailingWhite: true }],
  ['AllowInnerWhite', { innerWhite: true }],
  ['AllowWhiteSpaces', { leadingWhite: true, trailingWhite: true, innerWhite: true }],
  // It says what becomes of a missing date: there is no current one here.
  ['NoCurrentDateDefault', {}],
  ['AdjustToUniversal', { adjusts: true }],
  ['AssumeLocal', { assumes: true }],
  ['AssumeUniversal', { assumes: true }],
  ['RoundtripKind', { roundtrips: true }],
]);

/** What holds where an expression names no styles (Entra docs: FormatDateTime). */
export const DEFAULT_STYLES: DateStyles = {
  ...NONE,
  leadingWhite: true,
  trailingWhite: true,
  roundtrips: true,
};

/**
 * Styles by their names, separated by commas, with or without the name of the type before them.
 *
 * @returns undefined where a name is not known
 */
export function stylesOf(names: string): DateStyles | undefined {
  const styles = names
    .split(',')
    .map((name) => NAMES.get(name.trim().replace(/^DateTimeStyles\./, '')));
  if (styles.includes(undefined)) return undefined;
  return Object.assign({}, NONE, ...styles);
}
