import { describe, expect, it } from 'vitest';
import { fromAttributes, withAttributes } from '../../../../lib/app/hosted/flat-attributes.ts';
import { flatten } from '../../../../lib/scim/flat/flatten.ts';
import { furtherFromTargets } from '../../../../lib/scim/schema/further-attribute.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import type { Resource } from '../../../../lib/scim/schema/resource-schema.ts';
import { ScimError } from '../../../../lib/scim/scim-error.ts';
import type { Attributes } from '../../../../lib/sync/entry.ts';

const USER = openSchema('user', []);
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const FOREIGN = 'urn:example:params:scim:schemas:extension:shop:2.0:User';

const placed: [what: string, flat: Attributes, resource: Resource][] = [
  ['a plain name', { title: 't' }, { title: 't' }],
  ['a part', { 'name.givenName': 'g' }, { name: { givenName: 'g' } }],
  [
    'a value of a type',
    { 'emails[type eq "work"].value': 'w' },
    { emails: [{ type: 'work', value: 'w' }] },
  ],
  ['an extension', { [`${ENTERPRISE}:division`]: 'd' }, { [ENTERPRISE]: { division: 'd' } }],
];
const kept: [what: string, flat: Attributes][] = [
  ['an unknown name', { nick: 'n' }],
  ['a list', { phones: ['1', '2'] }],
  ['a flag', { isVip: false }],
  ['an unknown type', { 'shirts[type eq "work"].size': 'M' }],
  ['an unknown extension', { [`${FOREIGN}:level`]: 'gold' }],
  ['another spelling', { Title: 't' }],
  ['another spelling of a type', { 'emails[type eq "Home"].value': 'h' }],
  ['an extension’s name alone', { department: 'd' }],
  ['a name that everything has', { constructor: 'c' }],
];

describe('an attribute of the flat view', () => {
  it.each(placed)('has its place: %s', (_, flat, resource) => {
    expect(withAttributes({}, flat, [], USER)).toEqual(resource);
    expect(withAttributes(resource, {}, Object.keys(flat), USER)).toEqual({});
  });

  it.each(kept)('is kept as it is: %s', (_, flat) => {
    const before = { title: 'x', emails: [{ type: 'work', value: 'w' }] };
    const resource = withAttributes(before, flat, [], USER);
    expect(resource).toEqual({ ...before, ...flat });
    expect(flatten(resource)).toEqual({ ...flatten(before), ...flat });
    const names = Object.keys(flat);
    const again = Object.fromEntries(names.map((name) => [name, 'new']));
    expect(flatten(withAttributes(resource, again, [], USER))).toMatchObject(again);
    expect(withAttributes(resource, {}, names, USER)).toEqual(before);
  });

  it('gets its place when the schema knows it', () => {
    const name = `${FOREIGN}:level`;
    const resource = withAttributes({}, { [name]: 'gold', title: 't' }, [], USER);
    const wider = openSchema('user', furtherFromTargets([name]));
    const set = withAttributes(resource, { [name]: 'silver' }, [], wider);
    expect(set).toEqual({ title: 't', [FOREIGN]: { level: 'silver' } });
    expect(withAttributes(resource, {}, [name], wider)).toEqual({ title: 't' });
  });

  it('of the wrong type is refused, and kept where it was there before', () => {
    const flat = { 'emails[type eq "work"].primary': 'perhaps', title: 't', nick: 'n' };
    expect(() => withAttributes({}, flat, [], USER)).toThrow(ScimError);
    expect(fromAttributes(flat, USER)).toEqual(flat);
    expect(flatten(fromAttributes(flat, USER))).toEqual(flat);
  });
});
