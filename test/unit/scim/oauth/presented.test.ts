import { describe, expect, it } from 'vitest';
import { presentedBasic, presentedBearer } from '../../../../lib/scim/oauth/presented.ts';

const ID = '0123456789abcdef012345';
const SECRET = 'aZ09-_'.padEnd(43, 'x');
const encoded = (text: string) => Buffer.from(text).toString('base64');
const PAIR = encoded(`${ID}:${SECRET}`);

describe('a bearer token', () => {
  it.each([
    [`Bearer ${PAIR}`, { id: ID, secret: SECRET }],
    [`bearer   ${PAIR}`, { id: ID, secret: SECRET }],
    ['BEARER a-_.b.c', { jwt: 'a-_.b.c' }],
  ])('%s is taken', (header, presented) => {
    expect(presentedBearer(header)).toEqual(presented);
  });

  it('of one form needs no padding', () => {
    expect(PAIR).toMatch(/^[A-Za-z0-9]+$/);
  });

  it.each([
    ['no header', null],
    ['nothing', ''],
    ['the scheme alone', 'Bearer '],
    ['another scheme', `Basic ${PAIR}`],
    ['no space', `Bearer${PAIR}`],
    ['two tokens', `Bearer ${PAIR} ${PAIR}`],
    ['a comma', `Bearer ${PAIR},`],
    ['a short secret', `Bearer ${encoded(`${ID}:${SECRET.slice(1)}`)}`],
    ['a long secret', `Bearer ${encoded(`${ID}:${SECRET}x`)}`],
    ['a line behind it', `Bearer ${encoded(`${ID}:${SECRET}\n`)}`],
    ['no id', `Bearer ${encoded(`:${SECRET}`)}`],
    ['an id of the path', `Bearer ${encoded(`../${ID.slice(3)}:${SECRET}`)}`],
    ['two parts', 'Bearer a.b'],
    ['four parts', 'Bearer a.b.c.d'],
    ['an empty part', 'Bearer a..c'],
    ['more than a header is good for', `Bearer a.b.${'c'.repeat(3_000)}`],
  ])('with %s is none', (_, header) => {
    expect(presentedBearer(header)).toBeUndefined();
  });

  it('that is made to take long does not', () => {
    const began = performance.now();
    for (const header of [`Bearer${' '.repeat(2_000)}`, `Bearer ${'='.repeat(2_000)}!`])
      for (let n = 0; n < 100; n += 1) presentedBearer(header);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('the scheme Basic', () => {
  it.each([
    ['a:b', 'a', 'b'],
    ['a:b:c', 'a', 'b:c'],
    // Encoded as in forms (RFC 6749 section 2.3.1 and appendix B).
    ['a%3Ab+c:%25%C3%A4', 'a:b c', '%ä'],
  ])('with %s names %s', (pair, id, secret) => {
    expect(presentedBasic(`Basic ${encoded(pair)}`)).toEqual({ id, secret });
  });

  it.each(['', ':', 'a', 'a:', ':b', '%:b', 'a:%C3'])('with "%s" names nobody', (pair) => {
    expect(presentedBasic(`Basic ${encoded(pair)}`)).toBeUndefined();
  });

  it.each([null, 'Basic', 'Basic !', `Bearer ${PAIR}`, `Basic ${'a'.repeat(3_000)}`])(
    'is not %s',
    (header) => {
      expect(presentedBasic(header)).toBeUndefined();
    },
  );
});
