import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openJoin } from '../../../lib/cli/join-parts.ts';

const CSV = { hasHeader: true, hasQuotes: true };
const LINES = { hasHeader: false, hasQuotes: false };
const MARK = '\ufeff';

/** Each part comes in pieces of so many bytes. */
async function joined(format: typeof CSV, parts: readonly string[], size = 4) {
  const join = openJoin(format);
  const written: Uint8Array[] = [];
  for (const text of parts)
    for await (const some of join.part(inPieces(text, size))) written.push(some);
  return { text: Buffer.concat(written).toString('utf8'), rows: join.rows() };
}

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the parts of CSV', () => {
  it('have their columns once', async () => {
    const parts = ['id,at\r\na,1\r\n', 'id,at\r\n', 'id,at\r\nb,2\r\nc,3\r\n'];
    const text = 'id,at\r\na,1\r\nb,2\r\nc,3\r\n';
    expect(await joined(CSV, parts)).toEqual({ text, rows: 3 });
  });

  it('have a byte order mark once, at the beginning', async () => {
    const text = `${MARK}id\r\na\r\nb\r\n`;
    for (const second of [`${MARK}id\r\nb\r\n`, 'id\r\nb\r\n'])
      expect(await joined(CSV, [`${MARK}id\r\na\r\n`, second])).toEqual({ text, rows: 2 });
    const without = await joined(CSV, ['id\r\na\r\n', `${MARK}id\r\nb\r\n`]);
    expect(without.text).toBe('id\r\na\r\nb\r\n');
  });

  it('have rows that go on over lines', async () => {
    const parts = ['"a\r\nb",c\r\n"x\r\n""\r\ny",1\r\n', '"a\r\nb",c\r\n"\n",2\r\n'];
    const text = '"a\r\nb",c\r\n"x\r\n""\r\ny",1\r\n"\n",2\r\n';
    expect(await joined(CSV, parts)).toEqual({ text, rows: 2 });
  });

  it.each([
    ['other columns', ['id\r\n', 'id,at\r\n'], 'has other columns'],
    ['a cut row', ['id\r\na'], 'ends within a line'],
    ['a cut text', ['id\r\n"a\r\n'], 'ends within a line'],
    ['no columns', ['id\r\na\r\n', ''], 'ends within a line'],
    ['no line at all', ['x'.repeat(70_000)], 'has no line of columns'],
  ])('are refused with %s', async (_, parts, told) => {
    await expect(joined(CSV, parts, 1_000)).rejects.toThrow(told);
  });

  it('lose nothing and double nothing, wherever the pieces of an answer end', async () => {
    const cell = fc
      .string({ unit: 'binary', maxLength: 8 })
      .map((text) => `"${text.replaceAll('"', '""')}"`);
    const part = fc.array(cell, { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1 }), cell, fc.nat(20), async (all, name, n) => {
        const lines = (cells: readonly string[]) => cells.map((one) => `${one}\r\n`).join('');
        const parts = all.map((cells) => lines([name, ...cells]));
        const text = lines([name, ...all.flat()]);
        expect(await joined(CSV, parts, n + 1)).toEqual({ text, rows: all.flat().length });
      }),
    );
  });
});

describe('the parts of JSON lines', () => {
  it('follow one another, whatever their quotes', async () => {
    const parts = ['{"a":"\\""}\n', '', `${MARK}{"a":1}\n{}\n`];
    expect(await joined(LINES, parts)).toEqual({ text: '{"a":"\\""}\n{"a":1}\n{}\n', rows: 3 });
    expect(await joined(LINES, ['', '{}\n'], 1)).toEqual({ text: '{}\n', rows: 1 });
  });

  it('are refused with a cut row', async () => {
    await expect(joined(LINES, ['{}\n{'])).rejects.toThrow('ends within a line');
  });
});
