import type { Call } from './call.ts';
import { type FunctionTable, simple } from './definition.ts';
import { MAX_RANDOM } from './limits.ts';
import type { Scope } from './node.ts';

/**
 * What a minimum can be asked of, in the order of the arguments. The special characters are those
 * of Windows' password rules, to which Entra's docs point.
 */
const CLASSES = [
  '0123456789',
  '\'-!"#$%&()*,./:;?@[]^_`{|}~+<=>',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
] as const;

type Random = () => number;

/** Functions whose values nobody can foretell; randomness comes from outside. */
export const RANDOM_FUNCTIONS: FunctionTable = {
  Guid: simple([0], (_, { context }) => guid(context.random), { isVolatile: true }),

  RandomString: simple([5, 6], randomString, {
    isVolatile: true,
    mayBeEmpty: (index) => index === 5,
  }),
};

/** Version 4 (RFC 9562 section 5.4), in lower case as in .NET. */
function guid(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => below(256, random)));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** So many of every class as are asked for, the rest from all classes, in random order. */
function randomString(call: Call, scope: Scope): string {
  const { random } = scope.context;
  const length = call.count(scope, 0);
  const minimums = CLASSES.map((_, index) => call.count(scope, index + 1));
  const avoided = new Set(call.text(scope, 5));
  const classes = CLASSES.map((all) => Array.from(all).filter((char) => !avoided.has(char)));
  const needed = minimums.reduce((sum, minimum) => sum + minimum, 0);
  if (length < 0 || length > MAX_RANDOM) return call.fail(`the length is 0 to ${MAX_RANDOM}`);
  if (minimums.some((minimum) => minimum < 0)) return call.fail('a minimum is negative');
  if (needed > length) return call.fail('the minimums exceed the length');
  const pick = (from: readonly string[]) =>
    from[below(from.length, random)] ?? call.fail('no character is left to choose from');
  const chosen = classes.flatMap((from, index) =>
    Array.from({ length: minimums[index] ?? 0 }, () => pick(from)),
  );
  const all = classes.flat();
  while (chosen.length < length) chosen.push(pick(all));
  return shuffled(chosen, random).join('');
}

/** Every order is as likely as any other (Fisher and Yates). */
function shuffled(items: readonly string[], random: Random): readonly string[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = below(last + 1, random);
    [order[last], order[other]] = [order[other] ?? '', order[last] ?? ''];
  }
  return order;
}

function below(count: number, random: Random): number {
  return Math.min(Math.floor(random() * count), count - 1);
}
