import { parseArgs } from 'node:util';
import type { Command, Given, Option } from './command.ts';
import { COMMON } from './common-options.ts';
import { usage } from './given.ts';
import { nearest } from './text/nearest.ts';

/** A command line as it is understood. */
export type Parsed =
  /** Help about all, or about what begins with these words. */
  | { readonly do: 'help'; readonly about: string }
  | { readonly do: 'run'; readonly command: Command; readonly given: Given };

/**
 * Understands a command line, without the program's name.
 * @throws CommandFailure with what is wrong, and what was probably meant
 */
export function parseCommand(commands: readonly Command[], args: readonly string[]): Parsed {
  const { words, rest } = splitWords(args);
  const [first, second] = words;
  if (first === 'help') return { do: 'help', about: [second, rest[0]].filter(isWord).join(' ') };
  const command = first === undefined ? undefined : commandOf(commands, first, second);
  if (rest.includes('--help') || rest.includes('-h'))
    return { do: 'help', about: isWhole(command, first, second) ? command.name : (first ?? '') };
  if (!command) throw unknown(commands, words);
  const taken = command.name === `${first} ${second}` ? 2 : 1;
  const given = parse({ ...COMMON, ...command.options }, [...words.slice(taken), ...rest]);
  requireWords(commands, command, { words: given.words, second });
  return { do: 'run', command, given };
}

/** Whether all words of a command were said. */
function isWhole(
  command: Command | undefined,
  first: string | undefined,
  second: string | undefined,
): command is Command {
  return command !== undefined && [first, `${first} ${second}`].includes(command.name);
}

/** The words that may name a command; options may stand before them, with what they take. */
function splitWords(args: readonly string[]): { words: string[]; rest: string[] } {
  let at = 0;
  while (at < args.length && !isWord(args[at])) at += takesNext(args[at]) ? 2 : 1;
  const words = args.slice(at, at + 2);
  if (!isWord(words[1])) words.length = Math.min(1, words.length);
  return { words, rest: [...args.slice(0, at), ...args.slice(at + words.length)] };
}

function isWord(arg: string | undefined): arg is string {
  return arg !== undefined && !arg.startsWith('-');
}

function takesNext(arg = ''): boolean {
  return Object.entries(COMMON).some(([name, { value }]) => value && arg === `--${name}`);
}

function commandOf(
  commands: readonly Command[],
  first: string,
  second: string | undefined,
): Command | undefined {
  return (
    commands.find(({ name }) => second !== undefined && name === `${first} ${second}`) ??
    commands.find(({ name, short }) => name === first || short === first)
  );
}

function parse(options: Readonly<Record<string, Option>>, args: readonly string[]): Given {
  const known = Object.entries(options).map(([name, { value }]) => {
    return [name, { type: value === undefined ? 'boolean' : 'string', multiple: true }] as const;
  });
  const { values, positionals } = parsed(Object.fromEntries(known), args);
  const texts = new Map<string, readonly string[]>();
  const flags = new Set<string>();
  for (const [name, all] of Object.entries(values)) {
    const strings = [all].flat().filter((one) => typeof one === 'string');
    if (strings.length > 0) texts.set(name, strings);
    else flags.add(name);
  }
  for (const [name, { oneOf }] of Object.entries(options))
    for (const text of texts.get(name) ?? [])
      if (oneOf && !oneOf.includes(text))
        throw usage(`--${name} takes one of ${oneOf.join(', ')}.`);
  return { words: positionals, texts, flags };
}

type Known = Record<string, { readonly type: 'boolean' | 'string'; readonly multiple: boolean }>;

function parsed(options: Known, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const wrong = /Unknown option '--([\w-]{1,40})'/.exec(message)?.[1];
    if (wrong === undefined) throw usage(message);
    const meant = nearest(wrong, Object.keys(options));
    throw usage(`There is no option --${wrong}.`, meant ? [`Did you mean --${meant}?`] : []);
  }
}

/** How many words a command takes. */
function requireWords(
  commands: readonly Command[],
  { name, takes }: Command,
  { words, second }: { readonly words: readonly string[]; readonly second: string | undefined },
): void {
  const least = takes.filter((one) => !one.startsWith('[')).length;
  const most = takes.some((one) => one.includes('…')) ? Number.POSITIVE_INFINITY : takes.length;
  if (words.length >= least && words.length <= most && !words.includes('')) return;
  const [first = ''] = name.split(' ');
  const meant = nearest(`${first} ${second ?? ''}`, namesOf(commands));
  const isOther = meant !== undefined && meant !== name && meant !== first;
  const how = takes.length === 0 ? 'takes no words' : `takes ${takes.join(' ')}`;
  throw usage(`tandem ${name} ${how}; given: ${words.length}.`, [
    isOther ? `Did you mean "tandem ${meant}"?` : `tandem ${name} --help tells more.`,
  ]);
}

function unknown(commands: readonly Command[], words: readonly string[]) {
  const [first] = words;
  if (first === undefined)
    return usage('What is to be done?', ['tandem --help tells what there is.']);
  const asked = words.join(' ');
  const meant = nearest(asked, namesOf(commands)) ?? nearest(first, namesOf(commands));
  return usage('There is no such command.', [
    meant === undefined ? 'tandem --help tells what there is.' : `Did you mean "tandem ${meant}"?`,
  ]);
}

/** All names, and the first words of those that have two. */
function namesOf(commands: readonly Command[]): string[] {
  return [...new Set(commands.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]))];
}
