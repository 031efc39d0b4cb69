import { describe, expect, it } from 'vitest';
import { toItem } from '../../../lib/entra/item.ts';
import { readingsOf } from '../../../lib/entra/reading.ts';
import { itemSchema, type Kind } from '../../../lib/sync/entry.ts';
import { DEFAULT_SELECTION } from './default-selection.ts';

const ada = 'a1a1a1a1-0000-4000-8000-000000000001';
const ben = 'b2b2b2b2-0000-4000-8000-000000000002';
const team = 'c3c3c3c3-0000-4000-8000-000000000003';

const readings = readingsOf(DEFAULT_SELECTION);

function read(kind: Kind, said: unknown) {
  const item = toItem(kind, readings[kind].deltaItem.parse(said));
  expect(itemSchema.parse(item)).toEqual(item);
  return item;
}

const member = (id: string, type: string, removed = false) => ({
  '@odata.type': `#microsoft.graph.${type}`,
  id,
  ...(removed && { '@removed': { reason: 'deleted' } }),
});

describe('toItem', () => {
  it('keeps what was said and selected: null is cleared, absent is unsaid', () => {
    const said = {
      id: ada,
      displayName: 'Ada',
      department: null,
      businessPhones: ['+1 555 0100'],
      accountEnabled: false,
      '@odata.type': '#microsoft.graph.user',
      'displayName@odata.type': '#String',
      assignedLicenses: [{ skuId: team, disabledPlans: [] }],
    };
    expect(read('user', said)).toEqual({
      kind: 'user',
      id: ada,
      properties: {
        displayName: 'Ada',
        department: null,
        businessPhones: ['+1 555 0100'],
        accountEnabled: false,
      },
    });
  });

  it.each(['changed', 'deleted'] as const)('tells %s from the other removal', (reason) => {
    expect(read('user', { id: ada, '@removed': { reason } })).toEqual({
      kind: 'user',
      id: ada,
      removed: reason,
      properties: {},
    });
  });

  it('keeps users and groups as members and counts the others', () => {
    const links = [member(ada, 'user'), member(ben, 'user', true), member(team, 'group')];
    const others = [member('d', 'device'), member('s', 'servicePrincipal', true)];
    const item = read('group', { id: team, 'members@delta': [...links, ...others] });
    expect(item).toEqual({
      kind: 'group',
      id: team,
      properties: {},
      members: [
        { id: ada, kind: 'user', removed: false },
        { id: ben, kind: 'user', removed: true },
        { id: team, kind: 'group', removed: false },
      ],
      otherMembers: 2,
    });
  });

  it('says nothing of members where Graph said nothing', () => {
    expect(read('group', { id: team, displayName: 'T' })).not.toHaveProperty('members');
  });

  it.each([
    ['one', [member(ada, 'user')], ada],
    ['one after another', [member(ben, 'user', true), member(ada, 'user')], ada],
    ['one before another', [member(ada, 'user'), member(ben, 'user', true)], ada],
    ['two', [member(ada, 'user'), member(ben, 'user')], ben],
    ['none any more', [member(ben, 'user', true)], null],
    ['a contact', [member('o', 'orgContact')], null],
    ['nothing said', [], undefined],
  ])('takes the manager: %s', (_, links, manager) => {
    expect(read('user', { id: ada, 'manager@delta': links }).manager).toBe(manager);
  });

  it('does not let names reach the prototype', () => {
    const said: unknown = JSON.parse(`{"id":"${ada}","__proto__":{"admin":true}}`);
    const item = toItem('user', readings.user.deltaItem.parse(said));
    expect(Reflect.get(item.properties, 'admin')).toBeUndefined();
  });
});
