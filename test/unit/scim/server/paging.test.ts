import { describe, expect, it } from 'vitest';
import { cursorText } from '../../../../lib/scim/server/cursor.ts';
import { readPage } from '../../../../lib/scim/server/paging.ts';
import type { Kind } from '../../../../lib/sync/entry.ts';

const NOW = 5_000;

function page(query: string, kinds: readonly [Kind, ...Kind[]] = ['user']) {
  const exchange = {
    method: 'GET',
    path: ['Users'],
    query: new URLSearchParams(query),
    ifMatch: undefined,
    ifNoneMatch: undefined,
    body: async () => null,
  };
  return readPage(exchange, kinds, { now: () => NOW });
}

function byCursor(query: string, kinds?: readonly [Kind, ...Kind[]]) {
  const read = page(query, kinds);
  if (read.by !== 'cursor') throw new Error('it goes by index');
  return read;
}

describe('pages by index (RFC 7644 section 3.4.2.4)', () => {
  it.each([
    ['', 1, 200],
    ['startIndex=&count=', 1, 200],
    ['startIndex=6&count=5', 6, 5],
    ['startIndex=+6&count=%2B5', 6, 5],
    ['startIndex=0', 1, 200],
    ['startIndex=-3', 1, 200],
    ['count=0', 1, 0],
    ['count=-1', 1, 0],
    ['count=1000', 1, 1_000],
    ['count=1001', 1, 1_000],
    ['count=999999999999999', 1, 1_000],
  ])('"%s"', (query, startIndex, count) => {
    expect(page(query)).toEqual({ by: 'index', startIndex, count });
  });

  it.each(['startIndex=x', 'startIndex=1.5', 'count=1e3', 'count=0x10', 'count=9999999999999999'])(
    'refuses "%s"',
    (query) => {
      expect(() => page(query)).toThrow(
        expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
      );
    },
  );
});

describe('pages by cursor (RFC 9865 section 2)', () => {
  it.each([
    ['cursor', 200],
    ['cursor=&count=5', 5],
    ['cursor=&count=5000', 1_000],
    ['cursor=&startIndex=7', 200],
  ])('begin with the first: "%s"', (query, count) => {
    expect(page(query)).toMatchObject({
      by: 'cursor',
      count,
      cursor: { kind: 'user', after: undefined },
    });
  });

  it('begin with the first kind', () => {
    expect(byCursor('cursor=', ['group', 'user']).cursor.kind).toBe('group');
  });

  it('go on with the same query, blanks aside', () => {
    const { query } = byCursor('cursor=&filter=title pr');
    const next = cursorText({ kind: 'user', after: 'a' }, query, NOW);
    expect(byCursor(`cursor=${next}&filter= title pr `).cursor.after).toBe('a');
    // How many, and what of them, may change from page to page.
    expect(byCursor(`cursor=${next}&filter=title pr&count=7&attributes=id`).count).toBe(7);
    for (const other of ['', '&filter=title%20eq%20"x"'])
      expect(() => page(`cursor=${next}${other}`)).toThrow(
        expect.objectContaining({ scimType: 'invalidCursor' }),
      );
    expect(() => page(`cursor=${next}&filter=title pr`, ['group'])).toThrow(
      expect.objectContaining({ scimType: 'invalidCursor' }),
    );
  });

  it.each(['cursor=&count=0', 'cursor=&count=-2', 'cursor=&count=x'])('refuse "%s"', (query) => {
    expect(() => page(query)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidCount' }),
    );
  });
});
