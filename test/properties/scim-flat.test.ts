import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flatten } from '../../lib/scim/flat/flatten.ts';
import { withFlat } from '../../lib/scim/flat/with-flat.ts';
import { openSchema } from '../../lib/scim/schema/open-schema.ts';
import type { Attributes, Value } from '../../lib/sync/entry.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ACME = 'urn:acme:params:2.0:User';
const USER = openSchema('user', [
  { name: 'level', type: 'integer', multiValued: false },
  { name: 'isVisitor', type: 'boolean', multiValued: false },
  { name: `${ACME}:badge.colour`, type: 'string', multiValued: false },
  { name: `${ACME}:doors`, type: 'string', multiValued: true },
]);

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 });
const list: fc.Arbitrary<Value> = fc.uniqueArray(text, { minLength: 1, maxLength: 4 });
const number: fc.Arbitrary<Value> = fc.maxSafeInteger().map(String);

const NAMES: readonly (readonly [string, fc.Arbitrary<Value>])[] = [
  ...[
    'userName',
    'title',
    'name.givenName',
    'name.familyName',
    'addresses[type eq "work"].country',
    'addresses[type eq "work"].locality',
    'addresses[type eq "home"].country',
    'phoneNumbers[type eq "mobile"].value',
    'roles[type eq "a \\"b\\" c]"].value',
    'roles[type eq "a \\"b\\" c]"].display',
    `${ENTERPRISE}:department`,
    `${ENTERPRISE}:costCenter`,
    `${ACME}:badge.colour`,
  ].map((name) => [name, text] as const),
  ['emails[type eq "work"].value', text],
  ['emails[type eq "home"].value', text],
  ['roles', list],
  ['entitlements', list],
  ['emails', list],
  [`${ACME}:doors`, list],
  ['level', number],
  ['isVisitor', fc.boolean()],
];

const attributes: fc.Arbitrary<Attributes> = fc
  .subarray([...NAMES])
  .chain((some) => fc.record(Object.fromEntries(some)));

it('gives back every flat view that it was given', () => {
  fc.assert(
    fc.property(attributes, (flat) => {
      expect(flatten(withFlat({}, flat, [], USER))).toEqual(flat);
    }),
    { numRuns: 1_000 },
  );
});

it('comes to the same in one step and in several', () => {
  fc.assert(
    fc.property(attributes, attributes, (before, after) => {
      const clear = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
      const first = withFlat({}, before, [], USER);
      expect(flatten(withFlat(first, after, clear, USER))).toEqual(after);
      expect(withFlat(first, {}, Object.keys(before), USER)).toEqual({});
      expect(flatten(withFlat(first, after, [], USER))).toEqual({ ...before, ...after });
    }),
    { numRuns: 1_000 },
  );
});
