import fc from 'fast-check';
import { filter as oracleFilter, parse as oracleParse } from 'scim2-parse-filter';
import { expect, it } from 'vitest';
import { compileFilter } from '../../lib/scim/filter/compile-filter.ts';
import { parseFilter } from '../../lib/scim/filter/parse-filter.ts';
import { planFilter } from '../../lib/scim/filter/plan-filter.ts';
import { openSchema } from '../../lib/scim/schema/open-schema.ts';

const USER = openSchema('user', []);
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Values on which letter case, blanks and the form of dates make no difference. */
const text = fc.constantFrom('a', 'b', 'ab', 'ba', 'abc', '7', 'work', 'home', 'q"q', 'café');
const date = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
const type = fc.constantFrom('work', 'home');

const email = fc.record({ value: text, type, primary: fc.boolean() });
/** What a test may ask `ne` of is always there: of absent values the two think differently. */
const document = fc.record(
  {
    id: text,
    userName: text,
    active: fc.boolean(),
    name: fc.record({ familyName: text, givenName: text }),
    meta: fc.record({ lastModified: date }),
    [ENTERPRISE]: fc.record({ department: text }),
    title: text,
    // Of several values the oracle asks each test of a filter in brackets by itself, so that two may
    // be met by different ones (RFC 7644 section 3.4.2.2 means one value).
    emails: fc.array(email, { minLength: 1, maxLength: 1 }),
    roles: fc.array(fc.record({ value: text, type }), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['id', 'userName', 'active', 'name', 'meta', ENTERPRISE] },
);

/** A filter as it is given to Tandem, and as the oracle wants it. */
interface Both {
  readonly own: string;
  readonly oracle: string;
}

const same = (written: string): Both => ({ own: written, oracle: written });
const anyCase = (word: string) =>
  fc.constantFrom(word, word.toUpperCase(), `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
const operator = (...names: string[]) => fc.constantFrom(...names).chain(anyCase);

const ofText = operator('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const withoutNe = operator('eq', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

const compared = (
  names: fc.Arbitrary<string>,
  operators: fc.Arbitrary<string>,
  values: fc.Arbitrary<unknown>,
) =>
  fc
    .tuple(names, operators, values)
    .map(([name, op, value]) => same(`${name} ${op} ${JSON.stringify(value)}`));

const always = fc.constantFrom(
  'id',
  'userName',
  'USERNAME',
  'name.familyName',
  'Name.GivenName',
  `${ENTERPRISE}:department`,
);
const sometimes = fc.constantFrom(
  'title',
  'emails.value',
  'emails.type',
  'roles.value',
  'roles.type',
);

const term: fc.Arbitrary<Both> = fc.oneof(
  compared(always, ofText, text),
  compared(sometimes, withoutNe, text),
  compared(fc.constant('active'), operator('eq', 'ne'), fc.boolean()),
  compared(fc.constant('meta.lastModified'), operator('eq', 'ne', 'gt', 'ge', 'lt', 'le'), date),
  fc.constantFrom('title', 'emails', 'roles', 'userName', 'name').map((name) => same(`${name} pr`)),
);

const inElement: fc.Arbitrary<Both> = fc.oneof(
  compared(fc.constantFrom('value', 'TYPE'), ofText, text),
  compared(fc.constant('primary'), operator('eq', 'ne'), fc.boolean()),
);

const joined = (parts: fc.Arbitrary<Both>, word: string) =>
  fc.tuple(fc.array(parts, { minLength: 2, maxLength: 3 }), anyCase(word)).map(([list, joint]) => ({
    own: list.map(({ own }) => own).join(` ${joint} `),
    oracle: list.map(({ oracle }) => oracle).join(` ${joint} `),
  }));
const wrapped = (parts: fc.Arbitrary<Both>, before: string, after: string) =>
  parts.map(({ own, oracle }) => ({
    own: `${before}${own}${after}`,
    oracle: `${before}${oracle}${after}`,
  }));

/** `and` binds closer than `or`, so that neither needs parentheses among terms. */
const mixed = (parts: fc.Arbitrary<Both>) =>
  fc.oneof(parts, joined(parts, 'and'), joined(fc.oneof(parts, joined(parts, 'and')), 'or'));

const element = fc.oneof(inElement, mixed(inElement), wrapped(mixed(inElement), 'not (', ')'));
/** Of Entra's `emails[…].value eq "x"` the oracle would take another value than the one in brackets. */
const behind = fc.tuple(element, inElement).map(([inside, test]) => ({
  own: `emails[${inside.own}].${test.own}`,
  oracle: `emails[(${inside.oracle}) and ${test.oracle}]`,
}));

const { tree } = fc.letrec<{ tree: Both }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    term,
    wrapped(element, 'emails[', ']'),
    behind,
    mixed(wrapped(tie('tree'), '(', ')')),
    mixed(term),
    wrapped(tie('tree'), 'not (', ')'),
  ),
}));

it('finds what an independent implementation finds', () => {
  let found = 0;
  fc.assert(
    fc.property(tree, fc.array(document, { minLength: 5, maxLength: 5 }), (both, documents) => {
      const parsed = parseFilter(both.own, USER);
      const own = compileFilter(parsed);
      const oracle = oracleFilter(oracleParse(both.oracle));
      for (const one of documents) {
        expect([both.own, own(one)]).toEqual([both.own, oracle(one)]);
        if (own(one)) found += 1;
      }
    }),
    { numRuns: 2_000 },
  );
  expect(found).toBeGreaterThan(1_000);
});

it('plans no look-up that would miss anything', () => {
  const named = compared(fc.constantFrom('id', 'userName'), fc.constantFrom('eq', 'ne'), text);
  const names = wrapped(mixed(named), '(', ')');
  const some = fc.oneof(names, joined(fc.oneof(names, wrapped(tree, '(', ')')), 'and'), tree);
  let planned = 0;
  fc.assert(
    fc.property(some, fc.array(document, { minLength: 10, maxLength: 10 }), (both, documents) => {
      const filter = parseFilter(both.own, USER);
      const { lookup } = planFilter(filter);
      if (!lookup) return;
      for (const one of documents.filter(compileFilter(filter))) {
        planned += 1;
        const works = (one.emails ?? []).filter((mail) => mail.type === 'work');
        const held: readonly string[] =
          lookup.by === 'workMail' ? works.map(({ value }) => value) : [one.id, one.userName];
        expect(lookup.values.some((asked) => held.includes(asked))).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(planned).toBeGreaterThan(100);
});
