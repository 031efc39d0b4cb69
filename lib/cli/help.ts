import type { Command, Option } from './command.ts';
import { COMMON } from './common-options.ts';
import { usage } from './given.ts';

const HEAD = [
  "Tandem's command line: what administrators do, by the admin API of an app that runs.",
];

const EXIT_CODES = [
  'Exit codes: 0 done · 1 refused, or failed · 2 wrong usage · 3 not signed in, or not permitted',
  '  4 not reachable · 5 ended, but something failed, is held or still pending · 130 interrupted',
];

/**
 * Help about all commands, or about those that begin with some words.
 * @throws CommandFailure where there are none
 */
export function helpLines(commands: readonly Command[], about: string): string[] {
  if (about === '') return [...HEAD, '', ...listed(commands), '', ...common(), '', ...EXIT_CODES];
  const exact = commands.find(({ name }) => name === about);
  if (exact) return detailed(exact);
  const [first] = about.split(' ');
  const some = commands.filter(({ name }) => name.split(' ')[0] === first);
  if (some.length === 0) throw usage('There is no such command.', ['tandem --help tells all.']);
  return [...listed(some), '', ...common()];
}

function listed(commands: readonly Command[]): string[] {
  return columns(commands.map((command) => [usageOf(command), command.summary]));
}

function detailed(command: Command): string[] {
  const { summary, short, options, more = [] } = command;
  const own = optionLines(options);
  return [
    usageOf(command),
    '',
    `${summary}.`,
    ...more,
    ...(short === undefined ? [] : [`In short: tandem ${short}`]),
    ...(own.length === 0 ? [] : ['', ...own]),
    '',
    ...common(),
  ];
}

function usageOf({ name, takes }: Command): string {
  return ['tandem', name, ...takes].join(' ');
}

function common(): string[] {
  return ['For every command:', ...optionLines(COMMON)];
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  return columns(
    Object.entries(options).map(([name, { value, oneOf, several, help }]) => [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      [
        help,
        ...(oneOf ? [`one of ${oneOf.join(', ')}`] : []),
        ...(several ? ['again for more'] : []),
      ].join('; '),
    ]),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const widest = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(widest)}  ${right}`);
}
