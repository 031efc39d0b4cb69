import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../../lib/sync/entry.ts';
import { attributesOf, listenTo, mappingStep } from '../../../../lib/sync/explain/mapping-step.ts';
import type { Half } from '../../../../lib/sync/link.ts';
import { map } from '../../../../lib/sync/rules/map.ts';
import { ALIASES, MANAGER, TAG } from '../../../../lib/sync/rules/rules.ts';
import { half, rules } from './given.ts';

const ADA = { userPrincipalName: 'ada@contoso.example', displayName: 'Ada King Lovelace' };
const context = { now: 0, random: () => 0.5 };

/** What is told of one target, of a user under these settings. */
function told(target: string, users: object, properties: Properties = {}, before?: Half) {
  const compiled = rules({ users });
  const listener = listenTo('user', compiled);
  const { trace } = listener;
  const { half: mapped } = map('user', { ...ADA, ...properties }, compiled, {
    before,
    context,
    trace,
  });
  expect(attributesOf(listener.targets())).toEqual(mapped.attributes);
  return listener.targets().find((one) => one.target === target);
}

const mapped = (mapping: object) => ({ mappings: [{ target: 'nickName', ...mapping }] });
const levels = 'Item(Split([Department], ">"), 2)';

describe('a target', () => {
  it.each([
    [
      'a property',
      { type: 'direct', source: 'DEPARTMENT' },
      { department: 'Works' },
      'property',
      'Works',
      ['department'],
    ],
    ['nothing', { type: 'direct', source: 'department' }, {}, 'property', null, ['department']],
    [
      'a default',
      { type: 'direct', source: 'department', default: 'none' },
      { department: '' },
      'default',
      'none',
      ['department'],
    ],
    ['a constant', { type: 'constant', value: 'x' }, {}, 'constant', 'x', undefined],
    [
      'an expression',
      { type: 'expression', expression: levels },
      { department: 'a > b' },
      'expression',
      'b',
      ['department'],
    ],
    [
      'an expression’s default',
      { type: 'expression', expression: levels, default: '-' },
      { department: 'a' },
      'default',
      '-',
      ['department'],
    ],
  ] as const)('comes from %s', (_, mapping, properties, from, value, sources) => {
    const expression = 'expression' in mapping ? { expression: levels } : {};
    expect(told('nickName', mapped(mapping), properties)).toEqual({
      target: 'nickName',
      value,
      from,
      ...(sources && { sources }),
      ...expression,
    });
  });

  it('keeps what flows at creation only, what is ignored, and what flows no more', () => {
    const before = half({ nickName: 'old', timezone: 'x' });
    const once = mapped({ type: 'constant', value: 'new', apply: 'creation' });
    const ignored = mapped({ type: 'expression', expression: 'IgnoreFlowIfNullOrEmpty([city])' });
    for (const users of [once, ignored])
      expect(told('nickName', users, {}, before)).toMatchObject({ value: 'old', from: 'kept' });
    expect(told('nickName', once)).toMatchObject({ value: 'new', from: 'constant' });
    expect(told('timezone', { unmapped: 'keep' }, {}, before)).toEqual({
      target: 'timezone',
      value: 'x',
      from: 'unmapped',
    });
  });

  it('tells names from the display name, aliases, and what is Tandem’s own', () => {
    expect(told('name.familyName', {})).toMatchObject({
      value: 'Lovelace',
      from: 'display-name',
      sources: ['displayName'],
    });
    expect(told('name.familyName', {}, { surname: 'King' })).toMatchObject({ from: 'property' });
    expect(told(ALIASES, {}, { onPremisesSamAccountName: 'a.k' })).toEqual({
      target: ALIASES,
      value: ['a.k', 'ak'],
      from: 'alias',
      sources: ['onPremisesSamAccountName'],
    });
    expect(told(TAG, {})).toEqual({ target: TAG, value: 'AD synced', from: 'tandem' });
  });

  it('tells a fault with its place', () => {
    const faulty = mapped({ type: 'expression', expression: 'Append([city], Error("none"))' });
    expect(told('nickName', faulty, { city: 'Oslo' })).toMatchObject({
      value: null,
      from: 'expression',
      fault: 'Error: none (at 15)',
      position: 15,
    });
  });
});

describe('the mapping step', () => {
  it('shows what is written in the end', () => {
    const targets = [
      { target: 'userName', value: 'ada', from: 'expression' as const },
      { target: 'title', value: null, from: 'property' as const },
    ];
    const attributes = { userName: 'ada2', entitlements: ['pro'] };
    const step = mappingStep({ targets, attributes, fault: null, manager: 'e9' });
    expect(step).toEqual({
      step: 'mapping',
      ok: true,
      targets: [
        { target: 'userName', value: 'ada2', from: 'expression' },
        { target: 'title', value: null, from: 'property' },
        { target: 'entitlements', value: ['pro'], from: 'groups' },
        { target: MANAGER, value: 'e9', from: 'manager', sources: ['manager'] },
      ],
    });
    const fault = 'Entra says nothing of userName';
    expect(mappingStep({ targets: [], attributes: {}, fault, manager: null })).toMatchObject({
      ok: false,
      fault,
    });
  });
});
