import { describe, expect, it } from 'vitest';
import { DELTA_ITEM, toItem } from '../../../lib/entra/item.ts';
import { selectOf } from '../../../lib/entra/select.ts';
import { itemSchema, type Kind } from '../../../lib/sync/entry.ts';

const ada = 'a1a1a1a1-0000-4000-8000-000000000001';
const ben = 'b2b2b2b2-0000-4000-8000-000000000002';
const team = 'c3c3c3c3-0000-4000-8000-000000000003';

function read(kind: Kind, said: unknown) {
  const item = toItem(kind, DELTA_ITEM[kind].parse(said));
  expect(itemSchema.parse(item)).toEqual(item);
  return item;
}

const member = (id: string, type: string, removed = false) => ({
  '@odata.type': `#microsoft.graph.${type}`,
  id,
  ...(removed && { '@removed': { reason: 'deleted' } }),
});

describe('toItem', () => {
  it('keeps what was said and nothing else: null is cleared, absent is unsaid', () => {
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
        assignedLicenses: [{ skuId: team, disabledPlans: [] }],
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
    const item = toItem('user', DELTA_ITEM.user.parse(said));
    expect(Reflect.get(item.properties, 'admin')).toBeUndefined();
  });
});

it('selects the properties and the relationship, each once', () => {
  const names = selectOf('user').split(',');
  expect(names).toEqual([...new Set(names)]);
  expect(names).toContain('manager');
  expect(selectOf('group')).toBe(
    'id,displayName,description,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,visibility,onPremisesSyncEnabled,members',
  );
});
