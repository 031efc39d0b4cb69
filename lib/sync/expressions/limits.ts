/** An expression's length in characters (Entra's own limit: 10,000). */
export const MAX_EXPRESSION = 10_000;

/** How many functions may stand inside each other. */
export const MAX_DEPTH = 32;

/** The length in characters of what a function yields: values of a directory are far shorter. */
export const MAX_RESULT = 100_000;

/** The length in characters of a regular expression, and of a replacement that refers to its groups. */
export const MAX_PATTERN = 1_000;

/** How many instructions a regular expression may come to once its repetitions are spelled out. */
export const MAX_PATTERN_SIZE = 4_000;

/**
 * What one Replace may cost: for every search, the characters ahead times the instructions of the
 * pattern. One search is linear in both, but thousands that each look ahead to the end are not. All
 * of it takes a second or two at worst.
 */
export const MAX_PATTERN_WORK = 20_000_000;

/** The length in characters of a date and time format. */
export const MAX_FORMAT = 256;

/** The length in characters of RandomString (Entra docs: functions reference). */
export const MAX_RANDOM = 256;
