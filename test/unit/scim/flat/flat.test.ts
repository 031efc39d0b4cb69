import { describe, expect, it } from 'vitest';
import { flatten } from '../../../../lib/scim/flat/flatten.ts';
import { withFlat } from '../../../../lib/scim/flat/with-flat.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import { ENTERPRISE, TANDEM, USER } from '../schemas.ts';

const BADGE = 'urn:acme:2.0:User';
const WITH_BADGES = openSchema('user', [
  { name: 'level', type: 'integer', multiValued: false },
  { name: `${BADGE}:badge.colour`, type: 'string', multiValued: false },
  { name: `${BADGE}:doors`, type: 'string', multiValued: true },
]);

const RESOURCE = {
  userName: 'ada',
  externalId: 'e',
  active: true,
  title: 'T',
  level: 7,
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [
    { value: 'w@x', type: 'Work', primary: true },
    { value: 'second@x', type: 'work' },
    { value: 'h@x', type: 'home', display: 'H', $ref: '/x' },
  ],
  roles: [
    { value: 'a', primary: true, display: 'A' },
    { value: 'b' },
    { value: 'c', type: 'T "1"' },
  ],
  entitlements: [{ value: 'E3' }],
  addresses: [{ type: 'work', country: 'BE' }, { country: 'CH' }],
  [ENTERPRISE]: { department: 'D', manager: { value: 'm' } },
  [TANDEM]: { aliases: ['x', 'y'] },
  [BADGE]: { badge: { colour: 'red', $ref: '/b' }, manager: { value: 'of another extension' } },
};

const FLAT = {
  userName: 'ada',
  title: 'T',
  level: '7',
  'name.givenName': 'Ada',
  'name.familyName': 'L',
  'emails[type eq "work"].value': 'w@x',
  'emails[type eq "work"].primary': true,
  'emails[type eq "home"].value': 'h@x',
  'emails[type eq "home"].display': 'H',
  roles: ['a', 'b'],
  'roles[type eq "T \\"1\\""].value': 'c',
  entitlements: ['E3'],
  'addresses[type eq "work"].country': 'BE',
  [`${ENTERPRISE}:department`]: 'D',
  [`${TANDEM}:aliases`]: ['x', 'y'],
  [`${BADGE}:badge.colour`]: 'red',
  [`${BADGE}:manager.value`]: 'of another extension',
};

describe('the flat view', () => {
  it('lists what the sync works with', () => {
    expect(flatten(RESOURCE)).toEqual(FLAT);
  });

  it.each([
    ['a simple one', { title: 'N' }, { title: 'N' }],
    ['a number', { level: '8' }, { level: 8 }],
    ['a part', { 'name.givenName': 'N' }, { name: { givenName: 'N', familyName: 'L' } }],
    [
      'one of an extension',
      { [`${ENTERPRISE}:department`]: 'N' },
      { [ENTERPRISE]: { department: 'N', manager: { value: 'm' } } },
    ],
    ['a list', { [`${TANDEM}:aliases`]: ['y', 'z'] }, { [TANDEM]: { aliases: ['y', 'z'] } }],
    ['a list of one', { [`${TANDEM}:aliases`]: 'z' }, { [TANDEM]: { aliases: ['z'] } }],
    [
      'values without a type, and leaves those with one',
      { roles: ['n', 'a', 'n'] },
      {
        roles: [
          { value: 'c', type: 'T "1"' },
          { value: 'n' },
          { value: 'a', primary: true, display: 'A' },
        ],
      },
    ],
    [
      'a part of the first value of a type',
      { 'emails[type eq "work"].value': 'n@x' },
      { emails: [{ ...RESOURCE.emails[0], value: 'n@x' }, RESOURCE.emails[1], RESOURCE.emails[2]] },
    ],
    [
      'the value where the name does not say what',
      { 'emails[type eq "home"]': 'n@x' },
      { emails: [RESOURCE.emails[0], RESOURCE.emails[1], { ...RESOURCE.emails[2], value: 'n@x' }] },
    ],
    [
      'a value that is not there yet',
      { 'emails[type eq "other"].display': 'O', 'emails[type eq "other"].value': 'o@x' },
      { emails: [...RESOURCE.emails, { type: 'other', display: 'O', value: 'o@x' }] },
    ],
    [
      'the primary value, and clears the old one',
      { 'emails[type eq "home"].primary': true },
      {
        emails: [
          { ...RESOURCE.emails[0], primary: false },
          RESOURCE.emails[1],
          { ...RESOURCE.emails[2], primary: true },
        ],
      },
    ],
  ])('sets %s', (_, set, after) => {
    expect(withFlat(RESOURCE, set, [], WITH_BADGES)).toEqual({ ...RESOURCE, ...after });
  });

  it.each([
    ['title', 'title', undefined],
    ['TITLE', 'title', undefined],
    ['name.givenName', 'name', { familyName: 'L' }],
    ['roles', 'roles', [{ value: 'c', type: 'T "1"' }]],
    ['entitlements', 'entitlements', undefined],
    ['emails[type eq "work"].value', 'emails', RESOURCE.emails.slice(1)],
    [
      'emails[type eq "work"].primary',
      'emails',
      [{ value: 'w@x', type: 'Work' }, ...RESOURCE.emails.slice(1)],
    ],
    ['emails[type eq "other"].value', 'emails', RESOURCE.emails],
    ['addresses[type eq "work"].country', 'addresses', [{ country: 'CH' }]],
    [`${TANDEM}:aliases`, TANDEM, undefined],
    [`${ENTERPRISE}:department`, ENTERPRISE, { manager: { value: 'm' } }],
    ['nickName', 'nickName', undefined],
  ])('clears %s', (name, key, after) => {
    const { [key as 'title']: _, ...rest } = RESOURCE;
    const expected = after === undefined ? rest : { ...RESOURCE, [key]: after };
    expect(withFlat(RESOURCE, {}, [name], WITH_BADGES)).toEqual(expected);
  });

  it('clears before it sets, and leaves the resource as it was', () => {
    const before = structuredClone(RESOURCE);
    const after = withFlat(RESOURCE, { title: 'N' }, ['title', 'name.givenName'], WITH_BADGES);
    expect(after).toMatchObject({ title: 'N', name: { familyName: 'L' } });
    expect(RESOURCE).toEqual(before);
  });

  it.each([
    ['nothing', 'invalidPath'],
    ['emails.value', 'invalidPath'],
    ['emails[type eq "work"].type', 'invalidPath'],
    ['emails[value eq "x"].value', 'invalidPath'],
    ['emails[type eq "work" and primary eq true].value', 'invalidPath'],
    ['addresses[type eq "work"]', 'invalidPath'],
    ['__proto__', 'invalidPath'],
    ['externalId', 'mutability'],
    ['active', 'mutability'],
    [`${ENTERPRISE}:manager`, 'mutability'],
    ['id', 'mutability'],
    ['meta.created', 'mutability'],
    ['groups', 'mutability'],
  ])('refuses %s', (name, scimType) => {
    const refused = expect.objectContaining({ status: 400, scimType });
    expect(() => withFlat(RESOURCE, { [name]: 'x' }, [], USER)).toThrow(refused);
    expect(() => withFlat(RESOURCE, {}, [name], USER)).toThrow(refused);
  });

  it.each([
    ['level', 'high'],
    ['title', ['a', 'b']],
    ['emails[type eq "work"].primary', 'perhaps'],
  ])('refuses %s: %s', (name, value) => {
    expect(() => withFlat({}, { [name]: value }, [], WITH_BADGES)).toThrow(
      expect.objectContaining({ scimType: 'invalidValue' }),
    );
  });

  it('remembers only so many names', () => {
    for (let n = 0; n < 2_500; n += 1) {
      const name = `emails[type eq "${n}"].value`;
      expect(flatten(withFlat({}, { [name]: 'x' }, [], USER))).toEqual({ [name]: 'x' });
    }
  });
});
