import { ABSENT, AnyOrder, type Expected } from './exchange.ts';

/** Where an answer is not what is expected, each place with what is there. */
export function differencesOf(actual: unknown, expected: Expected, at = 'body'): string[] {
  if (expected === ABSENT) return actual === undefined ? [] : [told(at, actual, 'nothing')];
  if (expected instanceof RegExp)
    return typeof actual === 'string' && expected.test(actual)
      ? []
      : [told(at, actual, String(expected))];
  if (expected instanceof AnyOrder) return inAnyOrder(actual, expected, at);
  if (isList(expected)) return inOrder(actual, expected, at);
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual))
      return [told(at, actual, 'an object')];
    const found = new Map(Object.entries(actual));
    return Object.entries(expected).flatMap(([name, one]) =>
      differencesOf(found.get(name), one, `${at}.${name}`),
    );
  }
  return actual === expected ? [] : [told(at, actual, JSON.stringify(expected))];
}

function inOrder(actual: unknown, expected: readonly Expected[], at: string): string[] {
  if (!Array.isArray(actual) || actual.length !== expected.length)
    return [told(at, actual, `${expected.length} values`)];
  return expected.flatMap((one, index) => differencesOf(actual[index], one, `${at}.${index}`));
}

/** Each value is taken by the first that is like it. */
function inAnyOrder(actual: unknown, { all, isWhole }: AnyOrder, at: string): string[] {
  if (!Array.isArray(actual) || (isWhole && actual.length !== all.length))
    return [told(at, actual, `${all.length} values`)];
  const rest: unknown[] = [...actual];
  return all.flatMap((one, index) => {
    const found = rest.findIndex((value) => differencesOf(value, one).length === 0);
    if (found < 0)
      return [told(`${at}, in any order`, rest, `value ${index + 1} of those expected`)];
    rest.splice(found, 1);
    return [];
  });
}

function told(at: string, actual: unknown, expected: string): string {
  return `${at} is ${JSON.stringify(actual)?.slice(0, 2_000)} and not ${expected}`;
}

function isList(expected: Expected): expected is readonly Expected[] {
  return Array.isArray(expected);
}
