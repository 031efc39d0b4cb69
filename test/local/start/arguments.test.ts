import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HELP, parseArguments } from '../../../local/start/arguments.ts';
import { chooseSize, completeSize } from '../../../local/start/tenant-size.ts';

const problemOf = (...args: string[]) => {
  const asked = parseArguments(args);
  return asked.do === 'refuse' ? asked.problem : undefined;
};

describe('arguments', () => {
  it('may be missing', () => {
    const options = { once: false, json: false, bundle: false, signIn: false, workers: 1 };
    expect(parseArguments([])).toEqual({ do: 'start', options });
  });

  it('say what is to be started', () => {
    const args =
      '--once --json --bundle --users 60 --groups=8 --memberships 150 --seed 0 --workers 3 --data d --sign-in';
    expect(parseArguments(args.split(' '))).toEqual({
      do: 'start',
      options: {
        once: true,
        json: true,
        bundle: true,
        signIn: true,
        users: 60,
        groups: 8,
        memberships: 150,
        seed: 0,
        workers: 3,
        dataDir: 'd',
      },
    });
  });

  it('can ask for help, which names every one of them', () => {
    expect(parseArguments(['--once', '--help'])).toEqual({ do: 'help' });
    expect(parseArguments(['-h'])).toEqual({ do: 'help' });
    for (const name of 'once json bundle users groups memberships seed workers data sign-in help'.split(
      ' ',
    ))
      expect(HELP).toContain(`--${name}`);
  });

  it.each([
    [['--user', '5'], "Unknown option '--user'"],
    [['5'], "Unexpected argument '5'"],
    [['--users'], '--users'],
    [['--users', 'many'], '--users takes a whole number from 0 to 1000000, not "many"'],
    [['--users=-1'], '--users takes'],
    [['--users', '1.5'], '--users takes'],
    [['--users', '1000001'], '--users takes'],
    [['--seed', '1e3'], '--seed takes'],
    [['--workers', '0'], '--workers takes a whole number from 1 to 16, not "0"'],
    [['--data', ''], '--data takes the path of a folder'],
    [['--once=yes'], '--once'],
  ])('%j are refused', (args, problem) => {
    expect(problemOf(...args)).toContain(problem);
  });
});

describe('the tenant', () => {
  it('has a size without being given one', () => {
    const size = { users: 1_000, groups: 100, memberships: 5_000, seed: 1 };
    expect(completeSize({})).toEqual(size);
    expect(completeSize({ users: 20_000, seed: 7 })).toEqual({ ...size, users: 20_000, seed: 7 });
  });

  it('has no more memberships than fit', () => {
    expect(completeSize({ users: 20 }).memberships).toBe(500);
    expect(completeSize({ users: 0 }).memberships).toBe(0);
    expect(() => completeSize({ users: 10, groups: 2, memberships: 21 })).toThrow('do not fit');
  });

  it('stays the same in a data folder, unless another one is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tandem-size-'));
    try {
      const dataDir = join(folder, 'new');
      const size = await chooseSize({ users: 50, groups: 5 }, dataDir);
      expect(await chooseSize({}, dataDir)).toEqual(size);
      expect(await chooseSize({ groups: 6 }, dataDir)).toEqual({ ...size, groups: 6 });
      expect((await chooseSize({}, dataDir)).groups).toBe(6);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
