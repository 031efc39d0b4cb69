import { describe, expect, it } from 'vitest';
import { toItem } from '../../../lib/entra/item.ts';
import { readingsOf } from '../../../lib/entra/reading.ts';
import { itemSchema, type Kind } from '../../../lib/sync/entry.ts';
import type { Selection } from '../../../lib/sync/rules/properties.ts';
import { DEFAULT_SELECTION } from './default-selection.ts';

const id = 'a1a1a1a1-0000-4000-8000-000000000001';
const costCenter = `extension_${'0a'.repeat(16)}_costCenter`;
const both = { user: true, group: true };
const neither = { user: false, group: false };

const of = (user: readonly string[], group: readonly string[] = []): Selection => ({
  properties: { user, group },
  relationships: both,
});

/** What comes through of an object on a delta page. */
function item(selection: Selection, kind: Kind, said: object) {
  const read = toItem(kind, readingsOf(selection)[kind].deltaItem.parse({ id, ...said }));
  expect(itemSchema.parse(read)).toEqual(read);
  return read;
}

const properties = (selection: Selection, said: object) => item(selection, 'user', said).properties;

describe('what is asked for', () => {
  const named = of(['mail', 'extensionAttribute2', costCenter, 'extensionAttribute15', 'mail']);

  it.each([
    [
      'a default',
      DEFAULT_SELECTION,
      'group',
      'id,displayName,description,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,visibility,onPremisesSyncEnabled,members',
    ],
    [
      'extension attributes as a whole',
      named,
      'user',
      `id,mail,onPremisesExtensionAttributes,${costCenter},manager`,
    ],
    ['nothing but the id', { ...of([]), relationships: neither }, 'user', 'id'],
    [
      'no members',
      { ...of([], ['mail']), relationships: { user: true, group: false } },
      'group',
      'id,mail',
    ],
    [
      'no manager',
      { ...of(['mail']), relationships: { user: false, group: true } },
      'user',
      'id,mail',
    ],
  ] as const)('is %s', (_, selection, kind, select) => {
    expect(readingsOf(selection)[kind].deltaSelect).toBe(select);
  });

  it('has no relationships where objects are read by id', () => {
    expect(readingsOf(of(['mail'])).user.readSelect).toBe('id,mail');
  });

  it.each([
    ['user', 'shoeSize'],
    ['user', 'Mail'],
    ['user', 'signInActivity'],
    ['user', 'employeeOrgData'],
    ['group', 'department'],
    ['group', 'extensionAttribute1'],
  ] as const)('cannot be, of a %s, %s', (kind, name) => {
    const selection = { properties: { user: [], group: [], [kind]: [name] }, relationships: both };
    expect(() => readingsOf(selection)).toThrow(
      expect.objectContaining({
        code: 'bad-configuration',
        message: expect.stringContaining(name),
      }),
    );
  });
});

describe('what comes through', () => {
  it('is what was asked for, whatever Graph sends along', () => {
    const said = {
      mail: 'ada@x.example',
      jobTitle: 'Countess',
      assignedLicenses: [{ skuId: id }],
      deep: [[[[[[[[['x']]]]]]]]],
      'mail@odata.type': '#String',
    };
    expect(properties(of(['mail', 'department']), said)).toEqual({ mail: 'ada@x.example' });
  });

  it('is of extension attributes those that were asked for, each by itself', () => {
    const selection = of(['extensionAttribute2', 'extensionAttribute3', 'extensionAttribute4']);
    const attributes = {
      extensionAttribute1: 'a',
      extensionAttribute2: 'b',
      extensionAttribute3: null,
    };
    expect(properties(selection, { onPremisesExtensionAttributes: attributes })).toEqual({
      extensionAttribute2: 'b',
      extensionAttribute3: null,
    });
    expect(properties(selection, {})).toEqual({});
    expect(properties(selection, { onPremisesExtensionAttributes: null })).toEqual({
      extensionAttribute2: null,
      extensionAttribute3: null,
      extensionAttribute4: null,
    });
  });

  it.each([
    ['text', '7'],
    ['a number', 7.5],
    ['a flag', false],
    ['texts', ['a', 'b']],
    ['numbers', [1, 2]],
    ['nothing', null],
  ])('is of a directory extension %s, under the name it was asked by', (_, value) => {
    const others = { [`extension_${'0a'.repeat(16)}_other`]: 'x' };
    const said = { ...others, [costCenter.toUpperCase()]: value };
    expect(properties(of([costCenter]), said)).toEqual({ [costCenter]: value });
  });

  it('is a time as it stands', () => {
    const said = { employeeHireDate: '2026-01-31T00:00:00Z' };
    expect(properties(of(['employeeHireDate']), said)).toEqual(said);
  });

  it('is no relationship that was not asked for', () => {
    const selection = { ...DEFAULT_SELECTION, relationships: neither };
    const links = [{ '@odata.type': '#microsoft.graph.user', id }];
    expect(item(selection, 'user', { 'manager@delta': links })).toEqual({
      kind: 'user',
      id,
      properties: {},
    });
    expect(item(selection, 'group', { 'members@delta': [{ broken: true }] })).toEqual({
      kind: 'group',
      id,
      properties: {},
    });
  });

  it.each([
    ['a flag as text', { accountEnabled: 'true' }],
    ['text as a number', { mail: 7 }],
    ['texts as text', { businessPhones: '+1' }],
    ['a time as a number', { createdDateTime: 1 }],
    [
      'an extension attribute as a flag',
      { onPremisesExtensionAttributes: { extensionAttribute1: true } },
    ],
    ['extension attributes as text', { onPremisesExtensionAttributes: 'x' }],
    ['a directory extension as an object', { [costCenter]: { a: 1 } }],
    ['a directory extension as a list of lists', { [costCenter]: [['a']] }],
  ])('is not %s', (_, said) => {
    const names = ['accountEnabled', 'mail', 'businessPhones', 'createdDateTime'];
    const selection = of([...names, 'extensionAttribute1', costCenter]);
    expect(readingsOf(selection).user.deltaItem.safeParse({ id, ...said }).success).toBe(false);
    expect(readingsOf(selection).user.readItem.safeParse({ id, ...said }).success).toBe(false);
  });
});
