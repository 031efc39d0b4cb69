import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../../lib/sync/entry.ts';
import type { Half } from '../../../../lib/sync/link.ts';
import { compileRules } from '../../../../lib/sync/rules/compile.ts';
import { map } from '../../../../lib/sync/rules/map.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

const context = { now: Date.UTC(2026, 0, 1), random: () => 0.5 };
const USER: Properties = { userPrincipalName: 'a@c.example', displayName: 'Ada Byron' };

function mapped(users: object, properties: Properties, before?: Half) {
  const rules = compileRules(ruleSettingsSchema.parse({ users: { aliases: null, ...users } }));
  return map('user', { ...USER, ...properties }, rules, { context, before });
}
const one = (mapping: object, properties: Properties = {}, before?: Half) =>
  mapped({ mappings: [{ target: 'title', ...mapping }] }, properties, before);
const title = (...given: Parameters<typeof one>) => one(...given).half.attributes.title;
const PATH = 'Item(Split([department], ">"), 2)';

describe('a mapping', () => {
  it.each<[string, object, Properties, unknown]>([
    ['that is direct', { type: 'direct', source: 'department' }, { department: 'X' }, 'X'],
    ['under any case', { type: 'direct', source: 'DEPARTMENT' }, { department: 'X' }, 'X'],
    [
      'of a list takes the first',
      { type: 'direct', source: 'businessPhones' },
      { businessPhones: ['1', '2'] },
      '1',
    ],
    ['of nothing', { type: 'direct', source: 'department' }, { department: null }, undefined],
    [
      'of nothing, with a default',
      { type: 'direct', source: 'department', default: 'none' },
      {},
      'none',
    ],
    ['that is constant', { type: 'constant', value: 'X' }, {}, 'X'],
    ['to none', { type: 'none' }, { jobTitle: 'X' }, undefined],
    [
      'for exports alone',
      { type: 'direct', source: 'jobTitle', direction: 'export' },
      { jobTitle: 'X' },
      undefined,
    ],
    [
      'by an expression',
      { type: 'expression', expression: 'ToUpper([department])' },
      { department: 'x' },
      'X',
    ],
    [
      'of a path of two levels',
      { type: 'expression', expression: PATH },
      { department: 'A>B' },
      'B',
    ],
    [
      'of a path of three levels',
      { type: 'expression', expression: PATH },
      { department: 'A>B>C' },
      'B',
    ],
    [
      'of a path of one level',
      { type: 'expression', expression: PATH },
      { department: 'A' },
      undefined,
    ],
    [
      'of a path of one level, with a default',
      { type: 'expression', expression: PATH, default: '-' },
      { department: 'A' },
      '-',
    ],
  ])('%s', (_, mapping, properties, value) => {
    expect(title(mapping, properties)).toEqual(value);
    expect(one(mapping, properties).fault).toBeNull();
  });

  it('that fails says where, and nothing of the values', () => {
    const { fault } = one({ type: 'expression', expression: 'CDate([city])' }, { city: 'secret' });
    expect(fault).toMatch(/^title: .*at \d+/);
    expect(fault).not.toContain('secret');
  });

  it('at creation only flows once', () => {
    const mapping = { type: 'direct', source: 'city', apply: 'creation' };
    expect(title(mapping, { city: 'Rome' })).toBe('Rome');
    const met = (attributes: Half['attributes']) => ({ active: true, attributes });
    expect(title(mapping, { city: 'Oslo' }, met({ title: 'Rome' }))).toBe('Rome');
    expect(title(mapping, { city: 'Oslo' }, met({}))).toBeUndefined();
    const guid = { type: 'expression', expression: 'Guid()' };
    expect(title(guid)).toMatch(/^[0-9a-f-]{36}$/);
    expect(title(guid, {}, met({ title: 'mine' }))).toBe('mine');
  });

  it('that nothing flows through keeps what is there', () => {
    const mapping = { type: 'expression', expression: 'IgnoreFlowIfNullOrEmpty([city])' };
    expect(title(mapping, { city: null }, { active: true, attributes: { title: 'X' } })).toBe('X');
    expect(title(mapping, { city: null })).toBeUndefined();
  });

  it('that is gone clears what it gave, or keeps it', () => {
    const before = { active: true, attributes: { nickName: 'Nick' } };
    expect(mapped({}, {}, before).half.attributes.nickName).toBeUndefined();
    expect(mapped({ unmapped: 'keep' }, {}, before).half.attributes.nickName).toBe('Nick');
  });
});

describe('names that are missing', () => {
  it.each<[string, string, Properties, object]>([
    [
      'come from the display name',
      'display-name',
      {},
      { given: 'Ada', family: 'Byron', fault: null },
    ],
    [
      'come one by one',
      'display-name',
      { givenName: 'Augusta' },
      { given: 'Augusta', fault: null },
    ],
    ['are left empty', 'leave-empty', {}, { given: undefined, family: undefined, fault: null }],
    [
      'are a failure',
      'fail',
      { givenName: 'Ada' },
      { fault: expect.stringContaining('name.familyName') },
    ],
    [
      'are none',
      'fail',
      { givenName: 'A', surname: 'B' },
      { given: 'A', family: 'B', fault: null },
    ],
  ])('%s', (_, missingNames, properties, found) => {
    const { half, fault } = mapped({ missingNames }, properties);
    const { 'name.givenName': given, 'name.familyName': family } = half.attributes;
    expect({ given, family, fault }).toMatchObject(found);
  });
});

describe('hostile input', () => {
  it.each<[string, Properties]>([
    ['__proto__', JSON.parse('{"__proto__": {"polluted": true}, "city": "x"}')],
    ['emoji', { city: '🦊'.repeat(150) }],
    ['right to left', { city: 'שלום\u202e עולם' }],
    ['300 characters', { city: 'x'.repeat(300) }],
  ])('of %s does no harm', (_, properties) => {
    const mapping = { type: 'expression', expression: 'Left([city], 10)' };
    expect(one(mapping, properties).fault).toBeNull();
    expect(Object(title(mapping, properties)).polluted).toBeUndefined();
  });
});
