import type { Given, Option } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const DEFAULT_LIMIT = 100;
const MOST = 1_000_000;

/** How long a list is to be, for commands that show one. */
export const LIMIT = {
  limit: { value: 'N', help: `at most so many, or "all" (${DEFAULT_LIMIT})` },
} as const satisfies Record<string, Option>;

/** The words of a command that has so many; those that were left out are ''. */
export function wordsOf({ words }: Given): [first: string, second: string] {
  const [first = '', second = ''] = words;
  return [first, second];
}

/** What an option was given, the last time. */
export function textOf({ texts }: Given, name: string): string | undefined {
  return texts.get(name)?.at(-1);
}

/** What an option was given, each time. */
export function textsOf({ texts }: Given, name: string): readonly string[] {
  return texts.get(name) ?? [];
}

/** @throws CommandFailure where `--limit` is no number */
export function limitOf(given: Given): number {
  const text = textOf(given, 'limit') ?? String(DEFAULT_LIMIT);
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw usage(`--limit takes a number from 1 to ${MOST}, or "all".`);
}

/** What is wrong with a command line. */
export function usage(problem: string, next: readonly string[] = []): CommandFailure {
  return new CommandFailure(EXIT.usage, problem, next);
}
