import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { EXIT } from '../../../lib/cli/exit-codes.ts';
import { CommandFailure } from '../../../lib/cli/failure.ts';
import { helpLines } from '../../../lib/cli/help.ts';
import { parseCommand } from '../../../lib/cli/parse-command.ts';

const words = (line: string) => line.split(' ').filter(Boolean);
const parse = (line: string) => parseCommand(COMMANDS, words(line));

function refused(line: string): string {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === 2)
      return [error.message, ...error.next].join(' ');
  }
  return 'not refused';
}

describe('a command line', () => {
  it.each([
    ['status c', 'status', ['c']],
    ['runs list c', 'runs list', ['c']],
    ['runs c', 'runs list', ['c']],
    ['runs show c r', 'runs show', ['c', 'r']],
    ['--json --url https://x runs show c r', 'runs show', ['c', 'r']],
    ['--token show runs c', 'runs list', ['c']],
    ['runs show --json c r', 'runs show', ['c', 'r']],
    ['preview c --no-wait', 'preview create', ['c']],
    ['preview --no-wait c', 'preview create', ['c']],
    ['connections', 'connections list', []],
    ['held approve c a b', 'held approve', ['c', 'a', 'b']],
    ['alerts read a b', 'alerts read', ['a', 'b']],
  ])('%s', (line, name, given) => {
    expect(parse(line)).toMatchObject({ do: 'run', command: { name }, given: { words: given } });
  });

  it('has options with what they take, several times where that is meant', () => {
    const parsed = parse('held approve c --kind users --kind groups --no-wait --url=https://x');
    expect(parsed).toMatchObject({
      given: {
        texts: new Map([
          ['kind', ['users', 'groups']],
          ['url', ['https://x']],
        ]),
        flags: new Set(['no-wait']),
      },
    });
  });

  it.each([
    ['', 'tandem --help'],
    ['stauts c', 'Did you mean "tandem status"?'],
    ['conections list', 'Did you mean "tandem connections list"?'],
    ['runs shwo c r', 'Did you mean "tandem runs show"?'],
    ['connections shwo c', 'Did you mean "tandem connections show"?'],
    ['frobnicate', 'There is no such command. tandem --help'],
    ['status', 'takes CONNECTION; given: 0'],
    ['status a b', 'takes CONNECTION; given: 2'],
    ['status c --jsno', 'Did you mean --json?'],
    ['status c --frobnicate', 'There is no option --frobnicate.'],
    ['runs c --kind full', '--kind takes one of initial, incremental, resync, rules.'],
    ['runs c --limit', '--limit'],
    ['status c --json=yes', '--json'],
    ['--__proto__ status c', '__proto__'],
    ['__proto__', 'There is no such command.'],
  ])('"%s" is refused, with a way out', (line, told) => {
    expect(refused(line)).toContain(told);
  });

  it('says nothing of a token that stands where none is taken', () => {
    expect(refused('status c s3cret-token')).not.toContain('s3cret');
  });
});

describe('help', () => {
  it.each([
    ['--help', ''],
    ['-h', ''],
    ['help', ''],
    ['help runs show', 'runs show'],
    ['runs --help', 'runs'],
    ['runs show --help', 'runs show'],
    ['runs show c r -h', 'runs show'],
    ['status --help', 'status'],
  ])('%s', (line, about) => {
    expect(parse(line)).toEqual({ do: 'help', about });
  });

  it('names every command, and every option of each', () => {
    const all = helpLines(COMMANDS, '').join('\n');
    for (const { name, options, takes } of COMMANDS) {
      expect(all).toContain(['tandem', name, ...takes].join(' '));
      const own = helpLines(COMMANDS, name).join('\n');
      for (const option of [...Object.keys(options), 'json', 'token'])
        expect(own).toContain(`--${option}`);
    }
  });

  it('names the commands that begin with a word', () => {
    const lines = helpLines(COMMANDS, 'runs').join('\n');
    expect(lines).toContain('tandem runs wait CONNECTION RUN');
    expect(lines).not.toContain('tandem status');
    expect(() => helpLines(COMMANDS, 'nothing')).toThrow(CommandFailure);
  });
});

describe('docs/cli.md', () => {
  const page = readFileSync('docs/cli.md', 'utf8');

  it('names every command and every exit code', () => {
    const names = new Set(COMMANDS.map(({ name }) => name.split(' ')[0]));
    for (const name of names) expect(page).toMatch(new RegExp(`^\\|.*\`${name}\\b`, 'm'));
    for (const code of Object.values(EXIT)) expect(page).toContain(`\n| ${code} | `);
  });
});
