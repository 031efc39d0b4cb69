import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPrefixes } from '../../../lib/azure/read-prefixes.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

const prefix = fc.stringMatching(/^[a-c]{1,3}$/).map((name) => `${name}:`);
const rowKeys = fc.uniqueArray(
  fc.tuple(prefix, fc.stringMatching(/^[a-z]{1,2}$/)).map(([own, rest]) => `${own}${rest}`),
  { maxLength: 60 },
);

it('rows are found by what their keys begin with, few or many, all or some of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      rowKeys,
      fc.array(prefix, { maxLength: 25 }),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      async (keys, prefixes, most, sizes) => {
        const tables = new MemoryTables({ pageRows: () => sizes.next().value });
        await tables.ensure(['rows']);
        const table = tables.table('rows');
        for (const rowKey of keys)
          await table.write([{ op: 'put', row: { partitionKey: 'p', rowKey, v: 1 } }]);
        const wanted = { partitionKey: 'p', prefixes, select: ['v'] };
        const found = await readPrefixes(table, most === undefined ? wanted : { ...wanted, most });
        const expected = [...new Set(prefixes)].flatMap((own) => {
          const its = keys.filter((key) => key.startsWith(own)).toSorted();
          return its.length > 0 ? [[own, its.slice(0, most)] as const] : [];
        });
        const foundKeys = [...found].map(
          ([own, rows]) => [own, rows.map(({ rowKey }) => rowKey)] as const,
        );
        expect(new Map(foundKeys)).toEqual(new Map(expected));
      },
    ),
  );
});
