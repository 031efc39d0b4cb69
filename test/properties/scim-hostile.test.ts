import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GROUP, USER } from '../unit/scim/schemas.ts';
import { openScimService } from '../unit/scim/server/open-scim.ts';
import { attributeNames, bodiesOf } from './scim-bodies.ts';

/** Hundreds of runs on a machine that may be busy. */
const PATIENCE_MS = 60_000;

const names = attributeNames([USER, GROUP]);
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('True', '', 'a', '0', '"'));
const term = fc.oneof(
  fc
    .tuple(names, fc.constantFrom('eq', 'ne', 'co', 'gt', 'PR'), text)
    .map(([name, op, value]) =>
      op === 'PR' ? `${name} pr` : `${name} ${op} ${JSON.stringify(value)}`,
    ),
  names.map((name) => `${name}[type eq "work"].value eq "x"`),
  text,
);
const filter = fc
  .array(term, { minLength: 1, maxLength: 3 })
  .chain((terms) => fc.constantFrom(' and ', ' or ', ' ').map((joint) => terms.join(joint)));
const path = fc.oneof(
  names,
  fc.tuple(names, filter).map(([name, inside]) => `${name}[${inside}]`),
  fc.tuple(names, filter, names).map(([name, inside, sub]) => `${name}[${inside}].${sub}`),
);
const bodies = fc.oneof(bodiesOf(USER), bodiesOf(GROUP));
const operation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'REMOVE', 'x'), path, value: fc.oneof(bodies, text) },
  { requiredKeys: ['op'] },
);
const patch = fc.record({ Operations: fc.array(operation, { maxLength: 4 }) });
const bulk = fc.record({
  Operations: fc.array(
    fc.record(
      {
        method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET'),
        path: fc.oneof(
          fc.constantFrom('/Users', '/Groups', '/Users/bulkId:a', '/Groups/bulkId:b', '//', '/%'),
          text,
        ),
        bulkId: fc.constantFrom('a', 'b', 'c'),
        version: text,
        data: fc.oneof(
          bodies,
          patch,
          fc.constantFrom('a', 'b').map((id) => ({
            userName: id,
            displayName: id,
            members: [{ value: `bulkId:${id}` }, { value: 'bulkId:c' }],
          })),
        ),
      },
      { requiredKeys: ['method', 'path', 'bulkId'] },
    ),
    { maxLength: 5 },
  ),
});
const query = fc.record(
  {
    filter,
    attributes: names,
    excludedAttributes: names,
    startIndex: fc.oneof(fc.integer().map(String), text),
    count: fc.oneof(fc.integer().map(String), text),
    cursor: text,
  },
  { requiredKeys: [] },
);

const place = fc.constantFrom(
  '/Users',
  '/Groups',
  '/Users/{{u}}',
  '/Groups/{{g}}',
  '/',
  '/.search',
);
const request = fc.oneof(
  fc.tuple(fc.constantFrom('POST', 'PUT'), place, bodies),
  fc.tuple(fc.constant('PATCH'), place, patch),
  fc.tuple(fc.constant('POST'), fc.constant('/Bulk'), bulk),
  fc.tuple(fc.constant('POST'), fc.constantFrom('/.search', '/Users/.search'), query),
  fc.tuple(fc.constant('GET'), place, query),
);

it(
  'no request brings the service down, and every error is a SCIM error',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
        const { stage, lines } = await openScimService();
        const here = await stage('one');
        const made = async (endpoint: string, body: object) => {
          const sent = { method: 'POST', path: endpoint, headers: {}, bearer: undefined };
          const { text: answer } = await here.send({ ...sent, body: JSON.stringify(body) });
          return JSON.parse(answer).id;
        };
        const [u, g] = [
          await made('/Users', { userName: 'first', emails: [{ type: 'work', value: 'x' }] }),
          await made('/Groups', { displayName: 'first' }),
        ];
        for (const [method, where, what] of requests) {
          const search = method === 'GET' ? `?${new URLSearchParams(Object(what)).toString()}` : '';
          const { status, text: answer } = await here.send({
            method,
            path: where.replace('{{u}}', u).replace('{{g}}', g) + search,
            headers: {},
            body: method === 'GET' ? undefined : JSON.stringify(what),
            bearer: undefined,
          });
          expect([method, where, what, status, answer]).not.toContain(500);
          expect(answer).not.toContain('"status":"500"');
          if (status >= 400) expect(JSON.parse(answer)).toMatchObject({ status: String(status) });
        }
        expect(lines).toEqual([]);
        expect(Object.prototype).not.toHaveProperty('polluted');
      }),
      { numRuns: 150 },
    );
  },
  PATIENCE_MS,
);
