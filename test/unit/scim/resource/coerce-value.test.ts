import { describe, expect, it } from 'vitest';
import { coerceValue } from '../../../../lib/scim/resource/coerce-value.ts';
import type { Attribute } from '../../../../lib/scim/schema/attribute.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import { ScimError } from '../../../../lib/scim/scim-error.ts';
import type { Json } from '../../../../lib/sync/entry.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SCHEMA = openSchema('user', [
  { name: 'count', type: 'integer', multiValued: false },
  { name: 'share', type: 'decimal', multiValued: false },
  { name: 'since', type: 'dateTime', multiValued: false },
  { name: 'key', type: 'binary', multiValued: false },
  { name: 'place.type', type: 'string', multiValued: false },
  { name: 'words', type: 'string', multiValued: true },
  { name: 'flags', type: 'boolean', multiValued: true },
]);

function attributeNamed(name: string): Attribute {
  const found = SCHEMA.find(undefined, name) ?? SCHEMA.find(ENTERPRISE, name);
  if (!found) throw new Error(name);
  return found.attribute;
}

const coerce = (name: string, value: Json) => coerceValue(attributeNamed(name), value);

function refusalOf(name: string, value: Json): unknown {
  try {
    return coerce(name, value);
  } catch (error) {
    return error;
  }
}

describe('a single value', () => {
  it.each<[string, Json, Json]>([
    ['title', 'Clerk', 'Clerk'],
    ['title', '  kept  as it is ', '  kept  as it is '],
    ['title', '🙂 مرحبا \u200fשלום e\u0301', '🙂 مرحبا \u200fשלום e\u0301'],
    ['title', 7, '7'],
    ['title', false, 'false'],
    ['title', ['Clerk'], 'Clerk'],
    ['title', [null, 'Clerk', ''], 'Clerk'],
    ['active', true, true],
    ['active', false, false],
    ['active', 'False', false],
    ['active', 'false', false],
    ['active', 'TRUE', true],
    ['active', ['False'], false],
    ['count', 7, 7],
    ['count', '7', 7],
    ['count', '-12', -12],
    ['count', 0, 0],
    ['count', 1e3, 1000],
    ['share', '0.25', 0.25],
    ['share', 2, 2],
    ['share', '-3', -3],
    ['since', '2026-11-22T12:39:15Z', '2026-11-22T12:39:15Z'],
    ['since', '2024-02-29T00:00:00.1234567+05:30', '2024-02-29T00:00:00.1234567+05:30'],
    ['since', '2026-11-22T12:39:15', '2026-11-22T12:39:15'],
    ['key', 'SGVsbG8=', 'SGVsbG8='],
    ['key', 'SGVs-_8', 'SGVs-_8'],
    ['profileUrl', 'not even a URL', 'not even a URL'],
  ])('%s of %j is %j', (name, value, expected) => {
    expect(coerce(name, value)).toEqual(expected);
  });

  it.each<[string, Json]>([
    ['title', { a: 1 }],
    ['title', ['a', 'b']],
    ['title', [['a']]],
    ['active', 'yes'],
    ['active', ' true'],
    ['active', 0],
    ['active', 1],
    ['active', '1'],
    ['active', { value: true }],
    ['count', 1.5],
    ['count', '1.5'],
    ['count', '7 apples'],
    ['count', ' 7'],
    ['count', '0x10'],
    ['count', true],
    ['count', 2 ** 53],
    ['count', '9007199254740993'],
    ['share', '1e400'],
    ['share', 'much'],
    ['share', '.'],
    ['share', Number.POSITIVE_INFINITY],
    ['since', 'yesterday'],
    ['since', '2026-11-22'],
    ['since', '2026-02-30T00:00:00Z'],
    ['since', '2026-13-01T00:00:00Z'],
    ['since', '2026-11-22T24:00:00Z'],
    ['since', '2026-11-22 12:39:15Z'],
    ['since', 1_700_000_000],
    ['key', 'not base64!'],
    ['key', 'SGVsbG8==='],
    ['key', 8],
  ])('%s does not take %j', (name, value) => {
    const error = refusalOf(name, value);
    expect(error).toBeInstanceOf(ScimError);
    expect(error).toMatchObject({ status: 400, scimType: 'invalidValue' });
    expect((error as ScimError).message).toMatch(new RegExp(`^${name} takes `));
  });

  it('is 100,000 characters long at most', () => {
    const longest = 'x'.repeat(100_000);
    expect(coerce('title', longest)).toBe(longest);
    expect(refusalOf('title', `${longest}x`)).toMatchObject({
      message: 'title takes 100000 characters at most',
    });
    expect(refusalOf('emails', [{ value: `${longest}x` }])).toMatchObject({
      message: 'emails.value takes 100000 characters at most',
    });
  });
});

it.each(
  ['title', 'active', 'count', 'since', 'name', 'emails', 'words', 'manager'].flatMap((name) =>
    [null, '', [], {}, { value: '' }, { value: null }, { Value: '' }, [null], ['']].map(
      (value): [string, Json] => [name, value],
    ),
  ),
)('%s of %j is nothing', (name, value) => {
  expect(coerce(name, value)).toBeUndefined();
});

describe('a complex value', () => {
  it.each<[string, Json, Json | undefined]>([
    ['name', { GIVENNAME: 'Ada', FamilyName: 'King' }, { givenName: 'Ada', familyName: 'King' }],
    ['name', { givenName: 'Ada', age: 36, familyName: null }, { givenName: 'Ada' }],
    ['name', { givenName: '', familyName: [] }, undefined],
    ['name', { unknown: 'Ada' }, undefined],
    ['name', [{ givenName: 'Ada' }], { givenName: 'Ada' }],
    ['name', { givenName: 'Ada', GivenName: '' }, { givenName: 'Ada' }],
    ['name', { givenName: 'Ada', GivenName: 'Bea' }, { givenName: 'Bea' }],
    ['place', { type: 'desk' }, { type: 'desk' }],
    ['manager', { value: 'm1' }, { value: 'm1' }],
    ['manager', 'm1', { value: 'm1' }],
    [
      'manager',
      [{ $ref: 'http://x/scim/Users/1', value: '1' }],
      { $ref: 'http://x/scim/Users/1', value: '1' },
    ],
    ['manager', ['m1'], { value: 'm1' }],
    ['manager', { value: 'm1', $ref: null, displayName: 'Bea' }, { value: 'm1' }],
    ['manager', { value: '', $ref: 'http://x/scim/Users/1' }, undefined],
    ['manager', { displayName: 'Bea' }, undefined],
  ])('%s of %j is %j', (name, value, expected) => {
    expect(coerce(name, value)).toEqual(expected);
  });

  it.each<[string, Json, string]>([
    ['name', 'Ada King', 'name takes an object'],
    ['name', 5, 'name takes an object'],
    ['name', [{ givenName: 'Ada' }, { givenName: 'Bea' }], 'name takes one value'],
    ['name', { givenName: { a: 1 } }, 'name.givenName takes a value of the type string'],
    ['manager', 5, 'manager takes an object'],
    ['manager', ['a', 'b'], 'manager takes one value'],
    [
      'manager',
      { value: { value: { value: 'deep' } } },
      'manager.value takes a value of the type string',
    ],
  ])('%s does not take %j', (name, value, message) => {
    expect(refusalOf(name, value)).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      message,
    });
  });
});

describe('several values', () => {
  it.each<[string, Json, Json | undefined]>([
    ['words', 'a', ['a']],
    ['words', ['a', 'b', 'a'], ['a', 'b', 'a']],
    ['words', ['a', null, '', 'b'], ['a', 'b']],
    ['flags', ['True', false], [true, false]],
    ['emails', { value: 'a@b', type: 'work' }, [{ value: 'a@b', type: 'work' }]],
    ['emails', 'a@b', [{ value: 'a@b' }]],
    ['emails', ['a@b', { VALUE: 'c@d' }], [{ value: 'a@b' }, { value: 'c@d' }]],
    ['emails', [{ type: 'work' }, { type: 'home', primary: true }, {}], undefined],
    ['emails', [{ type: 'work', value: '' }, { value: 'c@d' }], [{ value: 'c@d' }]],
    [
      'roles',
      [{ primary: 'True', value: 'V', type: 'T', display: 'D' }],
      [{ primary: true, value: 'V', type: 'T', display: 'D' }],
    ],
    ['roles', [{ display: 'D' }], [{ display: 'D' }]],
    [
      'roles',
      [
        { primary: 'true', value: 'a' },
        { primary: 'false', value: 'b' },
      ],
      [
        { primary: true, value: 'a' },
        { primary: false, value: 'b' },
      ],
    ],
    ['addresses', [{ type: 'work', country: 'CH' }], [{ type: 'work', country: 'CH' }]],
    ['roles', ['{"id":"06b0","value":"25"}'], [{ value: '{"id":"06b0","value":"25"}' }]],
  ])('%s of %j are %j', (name, value, expected) => {
    expect(coerce(name, value)).toEqual(expected);
  });

  it.each<[string, Json, string]>([
    ['words', [['a']], 'words takes a value of the type string'],
    ['words', [{ a: 1 }], 'words takes a value of the type string'],
    ['emails', [5], 'emails takes an object'],
    ['emails', [[{ value: 'a@b' }]], 'emails takes an object'],
    [
      'emails',
      [{ value: 'a', primary: 'maybe' }],
      'emails.primary takes a value of the type boolean',
    ],
    [
      'emails',
      [
        { value: 'a', primary: true },
        { value: 'b', primary: 'True' },
      ],
      'emails has more than one primary value',
    ],
  ])('%s do not take %j', (name, value, message) => {
    expect(refusalOf(name, value)).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      message,
    });
  });

  it('are 1,000 at most', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`);
    expect(coerce('words', many(1_000))).toHaveLength(1_000);
    expect(refusalOf('words', many(1_001))).toMatchObject({
      message: 'words takes 1000 values at most',
    });
  });
});

it('takes keys that every object has for unknown ones', () => {
  const value = JSON.parse('{"__proto__":{"value":"x"},"constructor":"y","givenName":"Ada"}');
  expect(coerce('name', value)).toEqual({ givenName: 'Ada' });
  expect(Object.getPrototypeOf(coerce('name', value))).toBe(Object.prototype);
  expect(Object.hasOwn(Object.prototype, 'value')).toBe(false);
});

it('does not lose its way in what is nested deeply', () => {
  let deep: Json = 'x';
  for (let level = 0; level < 100_000; level += 1) deep = level % 2 ? [deep] : { value: deep };
  for (const name of ['title', 'emails', 'manager', 'words'])
    expect(refusalOf(name, deep)).toBeInstanceOf(ScimError);
});
