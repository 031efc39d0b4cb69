import { expect, it } from 'vitest';
import { differencesOf } from '../../../scenarios/scim/differences.ts';
import { ABSENT, among, anyOrder, type Exchange } from '../../../scenarios/scim/exchange.ts';
import { type Received, replay, type Sent } from '../../../scenarios/scim/replay.ts';

it.each([
  [{ a: 1, b: 2 }, { a: 1 }, true],
  [{ a: 1 }, { a: '1' }, false],
  [{ a: 1 }, { b: ABSENT }, true],
  [{ b: null }, { b: ABSENT }, false],
  [{ a: null }, { a: null }, true],
  [{}, { a: null }, false],
  [{ a: 'text' }, { a: /^te/ }, true],
  [{ a: 'text' }, { a: /^x/ }, false],
  [{ a: 1 }, { a: /1/ }, false],
  [{}, { toString: 'x' }, false],
  [[1, 2], [1, 2], true],
  [[1, 2], [2, 1], false],
  [[1, 2], [1], false],
  [[1], [1, 2], false],
  ['x', { a: ABSENT }, false],
  [[], { a: ABSENT }, false],
  [[{ a: 1 }, { a: 2 }], anyOrder({ a: 2 }, { a: 1 }), true],
  [[{ a: 1 }, { a: 2 }], anyOrder({ a: 1 }, { a: 1 }), false],
  [[{ a: 1 }, { a: 2 }], anyOrder({ a: 1 }), false],
  [[{ a: 1 }, { a: 2 }], among({ a: 2 }), true],
  [[{ a: 1 }], among({ a: 2 }), false],
] as const)('%j is like %j: %s', (actual, expected, isLike) => {
  expect(differencesOf(actual, expected as never).length === 0).toBe(isLike);
});

const answer = (status: number, text: string): Received => ({
  status,
  headers: new Headers({ etag: 'W/"1"' }),
  text,
});

/** What goes out of a story, each request answered with the same. */
async function told(exchanges: readonly Partial<Exchange>[], received: Received) {
  const sent: Sent[] = [];
  const whole = exchanges.map((one) => ({
    name: 'one',
    request: { method: 'GET', path: '/Users' },
    expect: { status: 200 },
    ...one,
  }));
  await replay(
    { name: 'story', exchanges: whole },
    {
      base: 'https://x.com',
      bearer: 'good',
      send: async (request) => {
        sent.push(request);
        return received;
      },
    },
  );
  return sent;
}

it('keeps what later requests name', async () => {
  const sent = await told(
    [
      { keep: { id: 'Resources.0.id', tag: 'header:etag' } },
      {
        request: {
          method: 'PUT',
          path: '/Users/{{id}}',
          headers: { 'if-match': '{{tag}}' },
          body: { of: '{{tag}}', at: '{{base}}' },
        },
      },
    ],
    answer(200, '{"Resources":[{"id":"i"}]}'),
  );
  expect(sent[1]).toMatchObject({
    path: '/Users/i',
    headers: { 'if-match': 'W/"1"' },
    body: JSON.stringify({ of: 'W/"1"', at: 'https://x.com' }),
  });
});

it.each([
  ['another status', { expect: { status: 201 } }, 'the status is 200 and not 201'],
  ['another header', { expect: { status: 200, headers: { etag: 'W/"2"' } } }, 'header etag is'],
  ['another value', { expect: { status: 200, body: { a: 2 } } }, 'body.a is 1 and not 2'],
  ['what is not to be there', { expect: { status: 200, not: ['"a"'] } }, '""a"" stands in'],
  ['a name of nothing', { expect: { status: 200, body: '{{x}}' } }, 'nothing is known as x'],
  ['nothing to keep', { keep: { x: 'b' } }, 'there is no text at b'],
])('fails for %s', async (_, exchange, why) => {
  await expect(told([exchange], answer(200, '{"a":1}'))).rejects.toThrow(why);
});
