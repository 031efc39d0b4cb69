import fc from 'fast-check';
import type { Attribute, AttributeType } from '../../lib/scim/schema/attribute.ts';
import type { ResourceSchema } from '../../lib/scim/schema/resource-schema.ts';

const HOSTILE = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '.',
  ':',
  'urn:',
  'name.__proto__',
  'constructor.prototype',
  'name.',
  '.name',
  'x'.repeat(300),
  '🙂',
  'اسم',
];
const PARTS = ['value', 'VALUE', 'type', 'primary', 'display', '$ref', 'givenName', 'displayName'];

type SimpleType = Exclude<AttributeType, 'complex'>;

/** Values that fit each type, and are seldom written in but one way. */
const FITTING: Readonly<Record<SimpleType, fc.Arbitrary<unknown>>> = {
  string: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constant('ada'), fc.integer()),
  reference: fc.webUrl(),
  boolean: fc.constantFrom(true, false, 'True', 'FALSE', 'false'),
  integer: fc.oneof(fc.integer(), fc.integer().map(String), fc.constant('-0')),
  decimal: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('2.50')),
  dateTime: fc.constantFrom('2026-11-22T12:39:15Z', '2024-02-29T00:00:00.12+05:30'),
  binary: fc.constantFrom('SGVsbG8=', 'SGVs-_8'),
};
const EMPTY = fc.constantFrom(null, '', [], {}, { value: '' });
const anyOf = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: EMPTY });

/** A name in some case. */
function spelt(name: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(name, fc.constantFrom('as it is', 'upper', 'lower')).map(([text, casing]) => {
    if (casing === 'upper') return text.toUpperCase();
    return casing === 'lower' ? text.toLowerCase() : text;
  });
}

/** As JSON.parse makes objects: `__proto__` is a key like any other. */
const objectOf = (entries: fc.Arbitrary<readonly (readonly [string, unknown])[]>) =>
  entries.map((all) => Object.fromEntries(all));

/** Names that the schemas know, qualified, dotted, in any case, and such as nobody should know. */
export function attributeNames(schemas: readonly ResourceSchema[]): fc.Arbitrary<string> {
  const known = schemas.flatMap(({ core, extensions }) =>
    [core, ...extensions].flatMap(({ id, attributes }) => [
      id,
      ...attributes.flatMap(({ name, subAttributes = [] }) => [
        name,
        `${id}:${name}`,
        ...subAttributes.map((sub) => `${name}.${sub.name}`),
      ]),
    ]),
  );
  const common = ['externalId', 'id', 'meta', 'schemas'];
  return spelt(fc.constantFrom(...known, ...PARTS, ...common, ...HOSTILE));
}

/** A body of which most is as the schema wants it, in one of the ways to write it. */
function fittingBody({ core, extensions }: ResourceSchema): fc.Arbitrary<object> {
  const entries = [core, ...extensions].flatMap(({ id, attributes }) =>
    attributes.map((attribute) =>
      fc.tuple(
        spelt(fc.constantFrom(attribute.name, `${id}:${attribute.name}`)),
        anyOf(fitting(attribute)),
      ),
    ),
  );
  return objectOf(fc.array(fc.oneof(...entries), { maxLength: 10 }));
}

function fitting(attribute: Attribute): fc.Arbitrary<unknown> {
  const { type, subAttributes = [], multiValued } = attribute;
  const one =
    type === 'complex'
      ? objectOf(
          fc.array(
            fc.oneof(
              ...subAttributes.map((sub) =>
                fc.tuple(spelt(fc.constant(sub.name)), anyOf(fitting(sub))),
              ),
            ),
            { maxLength: 5 },
          ),
        )
      : FITTING[type];
  return multiValued ? fc.oneof(fc.array(anyOf(one), { maxLength: 4 }), one) : one;
}

/** A body of known and hostile names with whatever in them. */
function wildBody(names: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const plain = fc.oneof(
    fc.constantFrom('True', '', '7', '2026-11-22T12:39:15Z', 'SGVsbG8='),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.double(),
    fc.constant(null),
  );
  const { body } = fc.letrec((tie) => ({
    body: objectOf(fc.array(fc.tuple(names, tie('value')), { maxLength: 8 })),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      plain,
      tie('body'),
      fc.array(tie('value'), { maxLength: 4 }),
    ),
  }));
  return fc.oneof(body, fc.jsonValue());
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a client may send as a user or a group, for better or worse; most have the names they need. */
export function bodiesOf(schema: ResourceSchema): fc.Arbitrary<unknown> {
  const body = fc.oneof(fittingBody(schema), wildBody(attributeNames([schema])));
  return fc
    .tuple(body, fc.integer({ min: 0, max: 9 }))
    .map(([one, luck]) =>
      isObject(one) && luck > 0 ? { ...one, userName: 'ada', displayName: 'Ada' } : one,
    )
    .map((one) => JSON.parse(JSON.stringify(one)) as unknown);
}
