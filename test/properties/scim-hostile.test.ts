import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileFilter } from '../../lib/scim/filter/compile-filter.ts';
import { parseFilter } from '../../lib/scim/filter/parse-filter.ts';
import { planFilter } from '../../lib/scim/filter/plan-filter.ts';
import { withFlat } from '../../lib/scim/flat/with-flat.ts';
import { applyPatch } from '../../lib/scim/patch/apply-patch.ts';
import { memberChanges } from '../../lib/scim/patch/member-changes.ts';
import { parsePatch } from '../../lib/scim/patch/parse-patch.ts';
import { parsePath } from '../../lib/scim/path/parse-path.ts';
import { openSchema } from '../../lib/scim/schema/open-schema.ts';
import { ScimError } from '../../lib/scim/scim-error.ts';

const SCHEMAS = [openSchema('user', []), openSchema('group', [])];
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const RESOURCE = {
  userName: 'ada',
  displayName: 'Ada',
  active: true,
  emails: [{ type: 'work', value: 'a@x', primary: true }],
  [ENTERPRISE]: { manager: { value: 'm' } },
};

/** Runs what may refuse its input, and do nothing else. */
function refusing(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    expect(error.status === 400 || error.status === 413).toBe(true);
  }
}

const NAMES = [
  'userName',
  'emails',
  'emails.value',
  'name.givenName',
  'active',
  'meta.lastModified',
  'members',
  'groups',
  'manager',
  'id',
  'schemas',
  'password',
  ENTERPRISE,
  `${ENTERPRISE}:manager`,
  '__proto__',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  'prototype',
  'toString',
];
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES, 'value', 'type', 'primary', '.value') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('eq', 'ne', 'co', 'gt', 'pr', 'and', 'or', 'not', 'null', 'true'),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('(', ')', '[', ']', '"x"', '"', '\\', '"work"', '1', '.'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
);
const soup = fc
  .tuple(fc.array(piece, { maxLength: 30 }), fc.constantFrom('', ' '))
  .map(([pieces, between]) => pieces.join(between));
const wellFormed = fc
  .tuple(
    fc.constantFrom('emails', 'roles', 'members', 'title', 'schemas'),
    fc.constantFrom('type', 'value', 'primary', '__proto__'),
    fc.constantFrom('eq', 'ne', 'pr', 'gt'),
    fc.constantFrom('"x"', 'true', 'null', '7', ''),
    fc.constantFrom('', '.value', '.type', '.__proto__', '.constructor'),
  )
  .map(([name, sub, op, value, behind]) => `${name}[${sub} ${op} ${value}]${behind}`);
const path = fc.oneof(soup, wellFormed, fc.constantFrom(...NAMES));

/** As JSON.parse gives it, with a key of its own that is called `__proto__`. */
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value): unknown => JSON.parse(JSON.stringify(value)));
const value = fc.oneof(
  json,
  fc.constantFrom('', 'x', 'True', null, [], {}, [{ value: 'x' }], { value: '' }),
  fc
    .array(fc.tuple(path, json), { maxLength: 4 })
    .map((entries): unknown => Object.fromEntries(entries)),
);
const operation = fc.oneof(
  { weight: 1, arbitrary: json },
  {
    weight: 9,
    arbitrary: fc.record(
      { op: fc.constantFrom('add', 'Replace', 'REMOVE', 'x'), path: fc.oneof(path, json), value },
      { requiredKeys: ['op'] },
    ),
  },
);

const untouched = (run: () => void) => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  run();
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect({}).not.toHaveProperty('polluted');
};

it('refuses filters and paths with a ScimError or takes them', () => {
  untouched(() =>
    fc.assert(
      fc.property(fc.oneof(soup, wellFormed), fc.constantFrom(...SCHEMAS), (written, schema) => {
        refusing(() => {
          const filter = parseFilter(written, schema);
          expect(typeof compileFilter(filter)(RESOURCE)).toBe('boolean');
          planFilter(filter);
        });
        refusing(() => parsePath(written, schema));
        refusing(() => withFlat(RESOURCE, { [written]: 'x' }, [], schema));
      }),
      { numRuns: 5_000 },
    ),
  );
});

it('refuses PATCH bodies with a ScimError or takes them', () => {
  untouched(() =>
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 4 }),
        fc.constantFrom(...SCHEMAS),
        (sent, schema) => {
          refusing(() => {
            const operations = parsePatch(JSON.parse(JSON.stringify({ Operations: sent })), schema);
            memberChanges(operations);
            const after = applyPatch(RESOURCE, operations, schema);
            expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
            expect(after).toMatchObject({ displayName: expect.anything() });
          });
        },
      ),
      { numRuns: 5_000 },
    ),
  );
});

/** Shapes that cost a parser time where it goes back, or looks at all that it has read again. */
const SHAPES: readonly (readonly [string, (length: number) => string])[] = [
  ['backslashes', (length) => `userName eq "${'\\\\'.repeat(length / 2)}`],
  ['a text', (length) => `userName eq "${'a'.repeat(length - 14)}"`],
  ['quotation marks', (length) => '"'.repeat(length)],
  ['texts', (length) => '"" '.repeat(length / 3)],
  ['parentheses', (length) => '('.repeat(length)],
  ['closing ones', (length) => `userName pr${')'.repeat(length - 11)}`],
  ['brackets', (length) => 'emails['.repeat(length / 7)],
  ['not', (length) => 'not('.repeat(length / 4)],
  ['terms', (length) => 'title pr or '.repeat(length / 12)],
  ['blanks', (length) => `title pr${' '.repeat(length - 8)}`],
  ['a name', (length) => 'a'.repeat(length)],
  ['colons', (length) => `urn${':a'.repeat(length / 2 - 2)}`],
  ['dots', (length) => `name${'.a'.repeat(length / 2 - 2)}`],
  ['a number', (length) => `emails.primary eq ${'9'.repeat(length - 18)}`],
  ['a date', (length) => `meta.created gt "2026-01-01T00:00:00.${'0'.repeat(length - 40)}Z"`],
  ['a path', (length) => `emails[${'type pr and '.repeat(length / 12)}`],
];

it.each(SHAPES)('reads %s quickly', (_, shape) => {
  const [schema] = SCHEMAS;
  const written = shape(4_000).slice(0, 4_096);
  const times = Array.from({ length: 3 }, () => {
    const begun = performance.now();
    if (schema) refusing(() => parseFilter(written, schema));
    if (schema) refusing(() => parsePath(written, schema));
    return performance.now() - begun;
  });
  expect(Math.min(...times)).toBeLessThan(50);
});

it('applies a thousand operations on a thousand values in little time', () => {
  const [schema] = SCHEMAS;
  if (!schema) throw new Error('there is no schema');
  const emails = Array.from({ length: 999 }, (_, n) => ({ value: `${n}@x`, type: `t${n}` }));
  const sent = Array.from({ length: 1_000 }, (_, n) => ({
    op: 'replace',
    path: `emails[type eq "t${n % 999}" and not (value eq "x")].value`,
    value: `new${n}@x`,
  }));
  const begun = performance.now();
  applyPatch({ userName: 'a', emails }, parsePatch({ Operations: sent }, schema), schema);
  expect(performance.now() - begun).toBeLessThan(3_000);

  // As many, of filters that are as long as they can be.
  const terms = Array.from({ length: 64 }, (_, n) => `display co "${n}"`).join(' or ');
  const path = `emails[${terms}].display`;
  const greedy = parsePatch(
    { Operations: sent.map(() => ({ op: 'replace', path, value: '' })) },
    schema,
  );
  const labelled = emails.map((one) => ({ ...one, display: 'none of these' }));
  expect(() => applyPatch({ userName: 'a', emails: labelled }, greedy, schema)).toThrow(
    expect.objectContaining({ status: 413 }),
  );
});
