import { describe, expect, it } from 'vitest';
import { project } from '../../../../lib/scim/resource/project.ts';
import { readSelection, type SelectionRequest } from '../../../../lib/scim/resource/selection.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import type { ResourceSchema } from '../../../../lib/scim/schema/resource-schema.ts';
import { ScimError } from '../../../../lib/scim/scim-error.ts';
import type { Json } from '../../../../lib/sync/entry.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const TANDEM = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';
const USER = openSchema('user', []);
const GROUP = openSchema('group', []);

const ADA = {
  id: 'u1',
  externalId: 'X1',
  meta: { resourceType: 'User', version: 'W/"1"', location: 'https://t.example/Users/u1' },
  userName: 'ada',
  active: true,
  name: { givenName: 'Ada', familyName: 'King' },
  emails: [
    { value: 'a@b', type: 'work', primary: true },
    { value: 'c@d', type: 'home' },
  ],
  groups: [{ value: 'g1', display: 'Sales' }],
  [ENTERPRISE]: { department: 'Works', manager: { value: 'm1', displayName: 'Bea' } },
  [TANDEM]: { tag: 'AD synced' },
};

const see = (request: SelectionRequest, document: Record<string, Json> = ADA, schema = USER) =>
  project(document, schema, readSelection(request, schema));

describe('asked for nothing in particular', () => {
  it('everything is shown, with the schemas that have something', () => {
    expect(see({})).toEqual({ schemas: [CORE, ENTERPRISE, TANDEM], ...ADA });
  });

  it('empty lists are none', () => {
    expect(see({ attributes: '', excludedAttributes: ' , ' })).toEqual(see({}));
    expect(see({ attributes: [], excludedAttributes: [] })).toEqual(see({}));
  });

  it('what is empty, unknown or never returned is left out', () => {
    const document = {
      id: 'u1',
      userName: 'ada',
      title: null,
      nickName: '',
      emails: [],
      name: {},
      password: 'correct horse',
      colour: 'blue',
      schemas: ['urn:x:wrong'],
      [ENTERPRISE]: { department: null, colour: 'blue' },
      'urn:x:y:2.0:User': { a: 1 },
    };
    expect(see({}, document)).toEqual({ schemas: [CORE], id: 'u1', userName: 'ada' });
  });
});

describe('attributes', () => {
  const shown = (attributes: string) => see({ attributes });

  it.each<[string, Record<string, Json>]>([
    ['userName', { userName: 'ada' }],
    ['USERNAME , id', { userName: 'ada' }],
    [`${CORE}:userName`, { userName: 'ada' }],
    [`${CORE.toUpperCase()}:USERNAME`, { userName: 'ada' }],
    ['externalId,active', { externalId: 'X1', active: true }],
    ['name', { name: { givenName: 'Ada', familyName: 'King' } }],
    ['name.givenName', { name: { givenName: 'Ada' } }],
    ['NAME.GIVENNAME', { name: { givenName: 'Ada' } }],
    ['name.givenName,name.familyName', { name: { givenName: 'Ada', familyName: 'King' } }],
    ['name.givenName,name', { name: { givenName: 'Ada', familyName: 'King' } }],
    ['name,name.givenName', { name: { givenName: 'Ada', familyName: 'King' } }],
    ['name.middleName', {}],
    ['name.colour', {}],
    ['emails.type', { emails: [{ type: 'work' }, { type: 'home' }] }],
    ['emails.primary', { emails: [{ primary: true }] }],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    ['groups', { groups: [{ value: 'g1', display: 'Sales' }] }],
    ['colour', {}],
    ['password', {}],
    ['title', {}],
    ['schemas', {}],
    ['__proto__,constructor', {}],
    ['x'.repeat(300), {}],
    ['🙂,الاسم', {}],
  ])('%s', (attributes, expected) => {
    expect(shown(attributes)).toEqual({ schemas: [CORE], id: 'u1', ...expected });
  });

  it.each<[string, Json]>([
    [ENTERPRISE, ADA[ENTERPRISE]],
    [ENTERPRISE.toLowerCase(), ADA[ENTERPRISE]],
    [`${ENTERPRISE}:department`, { department: 'Works' }],
    ['department', { department: 'Works' }],
    [`${ENTERPRISE}:manager`, { manager: { value: 'm1', displayName: 'Bea' } }],
    [`${ENTERPRISE}:manager.displayName`, { manager: { displayName: 'Bea' } }],
    ['manager.value', { manager: { value: 'm1' } }],
    [`${ENTERPRISE},${ENTERPRISE}:manager.value`, ADA[ENTERPRISE]],
  ])('%s, of an extension', (attributes, expected) => {
    expect(shown(attributes)).toEqual({
      schemas: [CORE, ENTERPRISE],
      id: 'u1',
      [ENTERPRISE]: expected,
    });
  });

  it('the core schema as a whole has the common attributes with it', () => {
    const { [ENTERPRISE]: _, [TANDEM]: __, ...core } = ADA;
    expect(shown(CORE)).toEqual({ schemas: [CORE], ...core });
  });

  it('come as a list from a search request', () => {
    expect(see({ attributes: ['userName', 'name.givenName'] })).toEqual({
      schemas: [CORE],
      id: 'u1',
      userName: 'ada',
      name: { givenName: 'Ada' },
    });
  });
});

describe('excludedAttributes', () => {
  it.each<[string, (keyof typeof ADA)[]]>([
    ['userName', ['userName']],
    ['NAME,Emails', ['name', 'emails']],
    ['id,schemas', []],
    ['meta', ['meta']],
    ['colour', []],
    [ENTERPRISE.toUpperCase(), [ENTERPRISE as keyof typeof ADA]],
    ['name.givenName,name.familyName', ['name']],
  ])('%s', (excludedAttributes, gone) => {
    const rest = Object.entries(ADA).filter(([name]) => !(gone as string[]).includes(name));
    const { schemas, ...others } = see({ excludedAttributes });
    expect(others).toEqual(Object.fromEntries(rest));
    expect((schemas as string[]).includes(ENTERPRISE)).toBe(ENTERPRISE in others);
  });

  it.each<[string, string, Json]>([
    ['name.givenName', 'name', { familyName: 'King' }],
    ['emails.value', 'emails', [{ type: 'work', primary: true }, { type: 'home' }]],
    [
      `${ENTERPRISE}:manager.displayName`,
      ENTERPRISE,
      { department: 'Works', manager: { value: 'm1' } },
    ],
    ['department', ENTERPRISE, { manager: { value: 'm1', displayName: 'Bea' } }],
  ])('%s leaves the rest', (excludedAttributes, name, expected) => {
    expect(see({ excludedAttributes })[name]).toEqual(expected);
  });

  it('members, as Entra asks of groups', () => {
    const group = {
      id: 'g1',
      displayName: 'Sales',
      members: [{ value: 'u1', $ref: 'https://t/u1' }],
    };
    expect(see({ excludedAttributes: 'members' }, group, GROUP)).toEqual({
      schemas: [GROUP_URN],
      id: 'g1',
      displayName: 'Sales',
    });
    expect(see({}, group, GROUP)).toEqual({ schemas: [GROUP_URN], ...group });
  });
});

describe('returned', () => {
  const withReturned = (returned: 'always' | 'request' | 'never'): ResourceSchema => ({
    ...USER,
    find: (urn, name) => {
      const located = USER.find(urn, name);
      if (!located) return undefined;
      const { attribute } = located;
      if (attribute.name === 'userName')
        return { ...located, attribute: { ...attribute, returned } };
      const subAttributes = attribute.subAttributes?.map((sub) =>
        sub.name === 'givenName' ? { ...sub, returned } : sub,
      );
      return { ...located, attribute: { ...attribute, ...(subAttributes && { subAttributes }) } };
    },
  });
  const both = { userName: 'ada', name: { givenName: 'Ada', familyName: 'King' } };
  const named = { attributes: 'userName,name.givenName' };

  it.each<['always' | 'request' | 'never', SelectionRequest, Json]>([
    ['always', {}, both],
    ['always', { attributes: 'name.familyName' }, both],
    ['always', { attributes: 'title' }, { userName: 'ada' }],
    ['always', { excludedAttributes: 'userName,name.givenName' }, both],
    ['request', {}, { name: { familyName: 'King' } }],
    ['request', named, { userName: 'ada', name: { givenName: 'Ada' } }],
    ['request', { attributes: CORE }, { name: { familyName: 'King' } }],
    ['request', { attributes: 'name' }, { name: { familyName: 'King' } }],
    ['request', { excludedAttributes: 'title' }, { name: { familyName: 'King' } }],
    ['never', {}, { name: { familyName: 'King' } }],
    ['never', named, {}],
    ['never', { excludedAttributes: 'title' }, { name: { familyName: 'King' } }],
  ])('%s, asked with %j', (returned, request, expected) => {
    expect(see(request, { id: 'u1', ...both }, withReturned(returned))).toEqual({
      schemas: [CORE],
      id: 'u1',
      ...(expected as object),
    });
  });
});

describe('what is refused', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);

  it.each<[string, SelectionRequest]>([
    ['both lists at once', { attributes: 'userName', excludedAttributes: 'name' }],
    ['more than 4 kB', { attributes: 'x'.repeat(4_097) }],
    ['more than 4 kB in a list', { excludedAttributes: names(90).map((name) => name.padEnd(50)) }],
    ['more than 100 names', { attributes: names(101).join(',') }],
    ['more than 100 names in a list', { excludedAttributes: names(101) }],
  ])('%s', (_, request) => {
    let error: unknown;
    try {
      readSelection(request, USER);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ScimError);
    expect(error).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  it('is not what is just within', () => {
    expect(readSelection({ attributes: names(100).join(',') }, USER).mode).toBe('only');
    expect(readSelection({ attributes: 'x'.repeat(4_096) }, USER).mode).toBe('only');
  });
});
