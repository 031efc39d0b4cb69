import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import {
  type FurtherAttribute,
  furtherFromTargets,
} from '../../../../lib/scim/schema/further-attribute.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User';

const single = (name: string, more: Partial<FurtherAttribute> = {}): FurtherAttribute => ({
  name,
  type: 'string',
  multiValued: false,
  ...more,
});

describe('looking up', () => {
  const schema = openSchema('user', [single(`${CUSTOM}:tag`)]);

  it.each([
    [undefined, 'userName', undefined, 'userName'],
    [undefined, 'USERNAME', undefined, 'userName'],
    [undefined, 'externalid', undefined, 'externalId'],
    [CORE, 'userName', undefined, 'userName'],
    [CORE.toUpperCase(), 'id', undefined, 'id'],
    [ENTERPRISE, 'Department', ENTERPRISE, 'department'],
    [ENTERPRISE.toLowerCase(), 'manager', ENTERPRISE, 'manager'],
    [CUSTOM.toLowerCase(), 'TAG', CUSTOM, 'tag'],
  ])('%s %s', (urn, name, extension, found) => {
    const located = schema.find(urn, name);
    expect(located?.extension).toBe(extension);
    expect(located?.attribute.name).toBe(found);
  });

  it.each([
    [undefined, 'department'],
    [undefined, 'nothing'],
    [undefined, '__proto__'],
    [undefined, 'constructor'],
    ['__proto__', 'userName'],
    ['constructor', 'name'],
    ['urn:nobody', 'userName'],
    [ENTERPRISE, 'userName'],
    [ENTERPRISE, 'id'],
    [undefined, 'x'.repeat(300)],
    [undefined, ''],
  ])('%s %s is nothing', (urn, name) => {
    expect(schema.find(urn, name)).toBeUndefined();
  });

  it.each([
    [CORE.toUpperCase(), CORE],
    [ENTERPRISE.toLowerCase(), ENTERPRISE],
    [CUSTOM.toUpperCase(), CUSTOM],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User', undefined],
    ['__proto__', undefined],
    ['userName', undefined],
  ])('the URN %s', (text, urn) => {
    expect(schema.urnOf(text)).toBe(urn);
  });
});

describe('further attributes', () => {
  it('join the core schema without a URN, and the extension of theirs with one', () => {
    const schema = openSchema('user', [
      single('badge', { type: 'integer' }),
      single(`${CUSTOM}:tag`),
      single(`${CUSTOM.toUpperCase()}:level`, { multiValued: true }),
      single(`${ENTERPRISE}:desk`),
      single(`${CORE}:locker`),
    ]);
    expect(schema.find(undefined, 'badge')?.attribute).toMatchObject({
      name: 'badge',
      type: 'integer',
    });
    expect(schema.find(undefined, 'locker')?.extension).toBeUndefined();
    expect(schema.find(ENTERPRISE, 'desk')?.extension).toBe(ENTERPRISE);
    expect(schema.extensions).toHaveLength(3);
    expect(schema.extensions[2]).toMatchObject({
      id: CUSTOM,
      attributes: [
        { name: 'tag', multiValued: false },
        { name: 'level', multiValued: true },
      ],
    });
  });

  it('leave what is there as it is, in whatever case it is written', () => {
    const standard = openSchema('user', []);
    const schema = openSchema('user', [
      single('TITLE', { type: 'integer', multiValued: true }),
      single('ID'),
      single('meta'),
      single(`${CORE.toUpperCase()}:externalId`),
      single('schemas'),
      single('emails.VALUE', { type: 'boolean' }),
      single(`${ENTERPRISE}:manager`),
      single('title.value'),
    ]);
    expect(schema.core).toEqual(standard.core);
    expect(schema.extensions).toEqual(standard.extensions);
    expect(schema.find(undefined, 'id')).toEqual(standard.find(undefined, 'id'));
  });

  it('do not stay for others', () => {
    openSchema('user', [single('badge'), single('name.nobiliary')]);
    const other = openSchema('user', []);
    expect(other.find(undefined, 'badge')).toBeUndefined();
    expect(other).toMatchObject({ core: openSchema('user', []).core });
    expect(JSON.stringify(other.core)).not.toContain('nobiliary');
  });

  it('can be parts of a complex attribute, a known one among them', () => {
    const schema = openSchema('group', [
      single('place.building'),
      single('place.floor', { type: 'integer' }),
      single('keys.value', { multiValued: true }),
      single('keys.type', { multiValued: true, canonicalValues: ['door'] }),
      single('members.since', { type: 'dateTime' }),
    ]);
    expect(schema.find(undefined, 'place')?.attribute).toMatchObject({
      type: 'complex',
      multiValued: false,
      subAttributes: [{ name: 'building' }, { name: 'floor', type: 'integer' }],
    });
    expect(schema.find(undefined, 'keys')?.attribute).toMatchObject({
      multiValued: true,
      subAttributes: [
        { name: 'value', multiValued: false },
        { name: 'type', canonicalValues: ['door'] },
      ],
    });
    expect(JSON.stringify(schema.find(undefined, 'members'))).toContain('since');
  });

  it.each([
    '',
    '__proto__',
    'constructor',
    'Constructor',
    'prototype',
    'a'.repeat(101),
    'two words',
    '1st',
    'a.b.c',
    'a.',
    '.a',
    'a.__proto__',
    'a.constructor',
    `${CUSTOM}:`,
    `${CUSTOM}:__proto__`,
    `urn:${'x'.repeat(200)}:tag`,
    'http://schemas.example/tag:x',
    'ünïcode',
    '🙂',
  ])('%s is refused', (name) => {
    const open = () => openSchema('user', [single(name)]);
    expect(open).toThrow(AppError);
    expect(open).toThrow(/cannot be an attribute/);
  });

  it('are a thousand at most, and a complex one has 50 parts', () => {
    const many = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) => single(`${prefix}${index}`));
    expect(openSchema('user', many(1_000, 'a')).find(undefined, 'A999')).toBeDefined();
    expect(() => openSchema('user', many(1_001, 'a'))).toThrow(AppError);
    expect(openSchema('user', many(50, 'a.b')).find(undefined, 'a')).toBeDefined();
    expect(() => openSchema('user', many(51, 'a.b'))).toThrow(AppError);
  });

  it('may have names of 100 characters', () => {
    const name = 'a'.repeat(100);
    expect(openSchema('user', [single(name)]).find(undefined, name)?.attribute.name).toBe(name);
  });
});

describe('the targets of mappings', () => {
  it.each([
    [['badge'], [single('badge')]],
    [[`${CUSTOM}:tag`], [single(`${CUSTOM}:tag`)]],
    [['badge.code'], [single('badge.code')]],
    [[`${CUSTOM}:badge.code`], [single(`${CUSTOM}:badge.code`)]],
    [
      ['keys[type eq "front door"].value', 'keys[type eq "safe"].value'],
      [
        single('keys.value', { multiValued: true }),
        single('keys.type', { multiValued: true, canonicalValues: ['front door', 'safe'] }),
      ],
    ],
    [
      ['keys[type eq "door"]'],
      [
        single('keys.value', { multiValued: true }),
        single('keys.type', { multiValued: true, canonicalValues: ['door'] }),
      ],
    ],
    [
      ['keys.code', 'Keys[type eq "door"].value'],
      [
        single('keys.code', { multiValued: true }),
        single('keys.type', { multiValued: true, canonicalValues: ['door'] }),
        single('Keys.value', { multiValued: true }),
        single('Keys.type', { multiValued: true, canonicalValues: ['door'] }),
      ],
    ],
    [[], []],
  ])('%j', (targets, further) => {
    expect(furtherFromTargets(targets)).toEqual(further);
  });

  it('add nothing where they are standard', () => {
    const targets = [
      'emails[type eq "work"].value',
      'addresses[type eq "work"].country',
      'name.givenName',
      'entitlements',
      `${ENTERPRISE}:department`,
      `${ENTERPRISE}:manager`,
    ];
    const { core, extensions } = openSchema('user', furtherFromTargets(targets));
    expect({ core, extensions }).toEqual({
      core: openSchema('user', []).core,
      extensions: openSchema('user', []).extensions,
    });
  });

  it('make one attribute of several spellings', () => {
    const targets = ['keys.code', 'Keys[type eq "door"].value', 'KEYS[type eq "door"]'];
    const found = openSchema('user', furtherFromTargets(targets)).find(undefined, 'keys');
    expect(found?.attribute).toMatchObject({ name: 'keys', multiValued: true });
    expect(found?.attribute.subAttributes?.map(({ name }) => name)).toEqual([
      'code',
      'type',
      'value',
    ]);
  });
});
