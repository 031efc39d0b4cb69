import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../../lib/cli/exit-codes.ts';
import { CommandFailure } from '../../../lib/cli/failure.ts';
import type { ReplaceFile } from '../../../lib/cli/replace-file.ts';
import { problem, type Reply, tandem } from './fake-outside.ts';

const RUNS = '/manage/connections/c/runs';
const NEXT = `${RUNS}?size=10000&format=csv&after=a`;
const LAST = `${RUNS}?size=10000&format=csv&after=b`;

let folder: string;
let csv: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-save-'));
  csv = join(folder, 'runs.csv');
});
afterEach(() => rm(folder, { recursive: true }));

/** A part of a file, in one piece or in several, and the address of the next. */
function part(text: string | (() => AsyncIterable<string | Uint8Array>), next?: string) {
  const whole = async function* () {
    if (typeof text === 'string') yield text;
  };
  return {
    file: typeof text === 'string' ? whole : text,
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      ...(next !== undefined && { link: `<${next}>; rel="next"` }),
    },
  } satisfies Reply;
}

const FIRST = part('id\r\na\r\n', NEXT);
const save = (
  answers: Readonly<Record<string, Reply | readonly (Reply | 'nothing')[]>>,
  more = {},
) => tandem(`runs c --file ${csv}`, { answers, ...more });

/** The file of before is as it was, and nothing else is there. */
async function expectUntouched() {
  expect(await readdir(folder)).toEqual(['runs.csv']);
  expect(await readFile(csv, 'utf8')).toBe('old');
}

describe('a list as a file', () => {
  it('is all its parts, with one header', async () => {
    const answers = {
      [`GET ${RUNS}`]: FIRST,
      [`GET ${NEXT}`]: part('id\r\n', LAST),
      [`GET ${LAST}`]: part('id\r\nb\r\n"c\r\nd"\r\n'),
    };
    const { code, out, errors, asked } = await save(answers);
    expect([code, out, errors]).toEqual([0, '', `3 rows written to ${csv}.\n`]);
    expect(await readFile(csv, 'utf8')).toBe('id\r\na\r\nb\r\n"c\r\nd"\r\n');
    expect(await readdir(folder)).toEqual(['runs.csv']);
    expect(asked.map(({ accept }) => accept)).toEqual(['text/csv', 'text/csv', 'text/csv']);
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer a-token']),
    );
  });

  it('of JSON lines is all its lines', async () => {
    const path = join(folder, 'FAILURES.JSONL');
    const headers = { 'content-type': 'application/jsonl' };
    const jsonl = (text: string, next?: string): Reply => {
      const { file, headers: own } = part(text, next);
      return { file, headers: { ...own, ...headers } };
    };
    const failures = '/manage/connections/c/failures';
    const answers = {
      [`GET ${failures}?reason=conflict`]: jsonl('{"a":1}\n', `${failures}?after=x`),
      [`GET ${failures}?after=x`]: jsonl('{"a":2}\n'),
    };
    const line = `failures c --reason conflict --file ${path}`;
    const { code, asked } = await tandem(line, { answers });
    expect([code, asked[0]?.accept]).toEqual([0, 'application/jsonl']);
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n{"a":2}\n');
  });

  it.each([
    ['history c u', '/manage/connections/c/objects/u/history'],
    ['audit c', '/manage/connections/c/audit'],
    ['alerts --unread', '/manage/alerts?unread=true'],
    ['runs c --kind resync', `${RUNS}?kind=resync`],
  ])('there is of %s', async (line, path) => {
    const answers = { [`GET ${path}`]: part('id\r\n') };
    const { code, errors } = await tandem(`${line} --file ${csv}`, { answers });
    expect([code, errors]).toEqual([0, `0 rows written to ${csv}.\n`]);
  });

  it('is written as it comes, under another name that nobody else may read', async () => {
    await writeFile(csv, 'old');
    const seen: unknown[] = [];
    const look = async () => {
      const [temporary = '', ...more] = (await readdir(folder)).filter((one) => one !== 'runs.csv');
      const { mode, size } = await stat(join(folder, temporary));
      seen.push([more, mode & 0o777, size, await readFile(csv, 'utf8')]);
    };
    const pieces = async function* () {
      yield 'id\r\n';
      yield 'a\r\n';
      await look();
      yield 'b\r\n';
      await look();
    };
    expect((await save({ [`GET ${RUNS}`]: part(pieces) })).code).toBe(0);
    // What was given out last is still on its way when the next is asked for.
    expect(seen).toEqual([
      [[], 0o600, expect.toSatisfy((size) => size === 4 || size === 7), 'old'],
      [[], 0o600, expect.toSatisfy((size) => size === 7 || size === 10), 'old'],
    ]);
    expect((await stat(csv)).mode & 0o777).toBe(0o600);
    expect(await readFile(csv, 'utf8')).toBe('id\r\na\r\nb\r\n');
  });

  it('counts its rows on a terminal while it is written', async () => {
    const answers = { [`GET ${RUNS}`]: FIRST, [`GET ${NEXT}`]: part('id\r\nb\r\n') };
    const { errors } = await save(answers, { columns: 80 });
    expect(errors).toMatch(/1 row.*2 rows.*2 rows written to/s);
  });

  it('comes later where it is asked to, part by part', async () => {
    const later = { ...problem(429, 'throttled'), headers: { 'retry-after': '7' } };
    const answers = {
      [`GET ${RUNS}`]: [problem(503, 'unavailable'), FIRST],
      [`GET ${NEXT}`]: [later, problem(504, 'late'), part('id\r\nb\r\n')],
    };
    const { code, pauses } = await save(answers);
    expect([code, pauses]).toEqual([0, [1_000, 7_000, 2_000]]);
    expect(await readFile(csv, 'utf8')).toBe('id\r\na\r\nb\r\n');
  });
});

describe('a list that does not become a file', () => {
  beforeEach(() => writeFile(csv, 'old'));

  const cut = async function* () {
    yield 'id\r\nb\r\n';
    throw new TypeError('terminated');
  };

  it.each<[what: string, second: Reply | 'nothing', code: number, told: string]>([
    ['is refused', problem(403, 'forbidden'), 3, '(forbidden)'],
    ['stays away', problem(503, 'unavailable'), 4, '(unavailable)'],
    ['gets no answer', 'nothing', 4, 'No answer from'],
    ['breaks off', part(cut), 4, 'No answer from'],
    ['ends within a row', part('id\r\nb'), 1, 'ends within a line'],
    ['has other columns', part('id,at\r\n'), 1, 'has other columns'],
    ['is no file', { body: { runs: [] } }, 1, 'no file of the type text/csv'],
    ['leads elsewhere', part('id\r\n', 'https://evil.example/manage/x'), 1, 'elsewhere'],
    ['leads back', part('id\r\n', RUNS), 1, 'was there before'],
    ['leads to itself', part('id\r\n', NEXT), 1, 'was there before'],
  ])('because a part %s leaves what was there', async (_, second, code, told) => {
    const result = await save({ [`GET ${RUNS}`]: FIRST, [`GET ${NEXT}`]: [second] });
    expect(result.code).toBe(code);
    expect(result.errors).toContain(told);
    expect(result.asked.filter(({ path }) => path !== RUNS && path !== NEXT)).toEqual([]);
    await expectUntouched();
  });

  it.each(['between two parts', 'within a part', 'in the end'])('by Ctrl-C %s', async (when) => {
    const controller = new AbortController();
    const pressed = async function* () {
      yield 'id\r\nb\r\n';
      if (when !== 'between two parts') controller.abort();
      if (when === 'within a part') yield 'c\r\n';
    };
    const { signal } = controller;
    const press = async function* () {
      yield 'id\r\na\r\n';
      if (when === 'between two parts') controller.abort();
    };
    const answers = { [`GET ${RUNS}`]: part(press, NEXT), [`GET ${NEXT}`]: part(pressed) };
    const { code, errors } = await save(answers, { signal });
    expect([code, errors]).toEqual([130, 'Interrupted.\n']);
    await expectUntouched();
  });

  it('because the disk is full', async () => {
    const full = async () => {
      throw new CommandFailure(EXIT.refused, 'The file cannot be written (ENOSPC).');
    };
    const replaceFile: ReplaceFile = (_, fill) => fill(full);
    const { code, errors } = await save({ [`GET ${RUNS}`]: FIRST }, { replaceFile });
    expect([code, errors]).toEqual([1, 'The file cannot be written (ENOSPC).\n']);
  });

  it('because of what stands in its way', async () => {
    const answers = { [`GET ${RUNS}`]: part('id\r\n') };
    const below = await tandem(`runs c --file ${csv}/x.csv`, { answers });
    expect([below.code, below.asked]).toEqual([2, []]);
    expect(below.errors).toContain('cannot be written (ENOTDIR)');
    await expectUntouched();
    await rm(csv);
    await mkdir(csv);
    expect(await save(answers)).toMatchObject({ code: 1 });
    expect(await readdir(folder)).toEqual(['runs.csv']);
  });

  it('because the app falls silent, not because it is slow', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const slow = (pauses: readonly number[]) =>
        part(async function* () {
          yield 'id\r\n';
          for (const ms of pauses) {
            await vi.advanceTimersByTimeAsync(ms);
            yield 'a\r\n';
          }
        });
      const silent = await save({ [`GET ${RUNS}`]: slow([200_000, 250_000]) });
      expect([silent.code, silent.errors]).toEqual([4, expect.stringContaining('too long')]);
      await expectUntouched();
      expect((await save({ [`GET ${RUNS}`]: slow([200_000, 200_000]) })).code).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['--file x.xlsx', '.csv or .jsonl'],
    ['--file x', '.csv or .jsonl'],
    ['--file .csv', '.csv or .jsonl'],
    ['--file -', '.csv or .jsonl'],
    ['--file x.csv --limit 5', 'without --limit'],
    ['--file x.csv --json', 'without --json'],
  ])('because of %s', async (options, told) => {
    const { code, errors, asked } = await tandem(`runs c ${options}`);
    expect([code, asked]).toEqual([2, []]);
    expect(errors).toContain(told);
  });
});
