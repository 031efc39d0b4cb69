import { expect, it } from 'vitest';
import { z } from 'zod';
import { rememberedJson } from '../../../lib/state/remembered-json.ts';

const row = z.object({ n: z.number() });

it('parses a text once', () => {
  let parsed = 0;
  const read = rememberedJson({
    parse: (data) => {
      parsed += 1;
      return row.parse(data);
    },
  });
  expect([read('{"n":1}'), read('{"n":2}'), read('{"n":1}')]).toEqual([
    { n: 1 },
    { n: 2 },
    { n: 1 },
  ]);
  expect(parsed).toBe(2);
});

it.each(['{"n":"1"}', '{', undefined, 5])('refuses %j every time', (column) => {
  const read = rememberedJson(row);
  for (let times = 0; times < 2; times += 1) expect(() => read(column)).toThrow();
});

it('lets go what it has read long ago', () => {
  const read = rememberedJson(row);
  const first = read('{"n":0}');
  for (let n = 1; n < 1_000; n += 1) read(`{"n":${n}}`);
  expect(read('{"n":0}')).toEqual(first);
  expect(read('{"n":0}')).not.toBe(first);
});
