import { describe, expect, it } from 'vitest';
import { parsePatch } from '../../../../lib/scim/patch/parse-patch.ts';
import { USER } from '../schemas.ts';

const title = { op: 'add', path: 'title', value: 'x' };
const times = (count: number) => Array.from({ length: count }, () => title);

describe('the body of a PATCH', () => {
  it.each(['Operations', 'operations', 'OPERATIONS'])('takes %s', (name) => {
    expect(parsePatch({ [name]: [title] }, USER)).toEqual([
      {
        op: 'add',
        path: expect.objectContaining({ attribute: expect.objectContaining({ name: 'title' }) }),
        value: 'x',
      },
    ]);
  });

  it.each([undefined, null, 'x', [], {}, { Operations: {} }, { Operations: null }])(
    'refuses %j',
    (body) => {
      expect(() => parsePatch(body, USER)).toThrow(
        expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }),
      );
    },
  );

  it('takes 1,000 operations, those without a path counted by their attributes', () => {
    expect(parsePatch({ Operations: times(1_000) }, USER)).toHaveLength(1_000);
    const types = Array.from({ length: 1_001 }, (_, n) => [`emails[type eq "${n}"].value`, 'x']);
    for (const operations of [times(1_001), [{ op: 'add', value: Object.fromEntries(types) }]])
      expect(() => parsePatch({ Operations: operations }, USER)).toThrow(
        expect.objectContaining({ status: 413 }),
      );
  });
});
