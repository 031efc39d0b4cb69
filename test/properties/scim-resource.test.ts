import fc from 'fast-check';
import { expect, it } from 'vitest';
import { project } from '../../lib/scim/resource/project.ts';
import { readResource } from '../../lib/scim/resource/read-resource.ts';
import { readSelection } from '../../lib/scim/resource/selection.ts';
import { openSchema } from '../../lib/scim/schema/open-schema.ts';
import { ScimError } from '../../lib/scim/scim-error.ts';
import { attributeNames, bodiesOf } from './scim-bodies.ts';

/** Bodies in all, and where they begin: always the same here; a nightly run asks for others. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 30) * 20;
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const PARAMETERS = { numRuns: RUNS, seed: SEED };

const TYPES = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'binary',
  'reference',
] as const;
const FURTHER = TYPES.flatMap((type) =>
  [false, true].map((multiValued) => ({ name: `${type}-${multiValued}`, type, multiValued })),
);
const SCHEMAS = [openSchema('user', FURTHER), openSchema('group', FURTHER)];

const schemaAndBody = fc
  .constantFrom(...SCHEMAS)
  .chain((schema) => fc.tuple(fc.constant(schema), bodiesOf(schema)));

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(ScimError);
    expect(error).toMatchObject({ status: 400 });
    return undefined;
  }
}

/** Every value with the names on the way to it. */
function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, Array.isArray(value) ? path : `${path}/${name}`),
  );
}

it('reads any body or says why not, touches no prototype, and reads the same again', () => {
  const before = Reflect.ownKeys(Object.prototype);
  let values = 0;
  fc.assert(
    fc.property(schemaAndBody, ([schema, body]) => {
      const first = attempt(() => readResource(body, schema));
      expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
      if (!first) return;
      const { resource, members } = first;
      values += leavesOf(resource).length;
      const ids = schema.extensions.map(({ id }) => id);
      const names = ['externalId', ...schema.core.attributes.map(({ name }) => name), ...ids];
      expect(names).toEqual(expect.arrayContaining(Object.keys(resource)));
      const again = readResource({ ...resource, ...(members && { members }) }, schema);
      expect(again).toEqual(first);
    }),
    PARAMETERS,
  );
  // Else it is refusals that were looked at.
  expect(values).toBeGreaterThan(2 * RUNS);
}, 600_000);

it('shows nothing that is not there, and parts it where the same is asked for or left out', () => {
  // A list of blanks is none, and none asks for everything.
  const named = attributeNames(SCHEMAS).filter((name) => name !== '');
  const lists = fc.array(named, { maxLength: 10 });
  fc.assert(
    fc.property(schemaAndBody, lists, ([schema, body], list) => {
      const read = attempt(() => readResource(body, schema));
      if (!read) return;
      const document = { id: 'x1', ...read.resource };
      const see = (asked: Parameters<typeof readSelection>[0]) => {
        const { schemas, ...shown } = project(document, schema, readSelection(asked, schema));
        const urns = schema.extensions.map(({ id }) => id).filter((id) => id in shown);
        expect(schemas).toEqual([schema.core.id, ...urns]);
        expect(shown.id).toBe('x1');
        return leavesOf(shown).filter((leaf) => leaf !== '/id "x1"');
      };
      const all = leavesOf(read.resource).sort();
      expect(see({}).sort()).toEqual(all);
      const only = list.length === 0 ? [] : see({ attributes: list });
      const without = see({ excludedAttributes: list });
      expect([...only, ...without].sort()).toEqual(all);
    }),
    PARAMETERS,
  );
}, 600_000);
