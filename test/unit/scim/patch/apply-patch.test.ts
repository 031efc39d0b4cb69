import { describe, expect, it } from 'vitest';
import { ENTERPRISE, TANDEM } from '../schemas.ts';
import { patched } from './patched.ts';

const WORK = { value: 'w@x', type: 'work', primary: true };
const HOME = { value: 'h@x', type: 'home' };
const ADA = {
  userName: 'ada',
  active: true,
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [WORK, HOME],
};
const emails = (after: unknown) => ({ ...ADA, emails: after });

/** RFC 7644 section 3.5.2. */
describe('operations on several values', () => {
  it.each([
    [
      'adds a list',
      { op: 'add', path: 'emails', value: [{ value: 'o@x', type: 'other' }] },
      [WORK, HOME, { value: 'o@x', type: 'other' }],
    ],
    [
      'adds one',
      { op: 'add', path: 'emails', value: { value: 'o@x' } },
      [WORK, HOME, { value: 'o@x' }],
    ],
    [
      'adds none twice',
      { op: 'add', path: 'emails', value: ['o', 'O'] },
      [WORK, HOME, { value: 'o' }],
    ],
    [
      'adds no type twice, though in another case',
      { op: 'add', path: 'emails', value: [{ value: 'W@X', type: 'Work' }] },
      [{ ...WORK, value: 'W@X', type: 'Work' }, HOME],
    ],
    [
      'takes a value alone for the one with a type',
      { op: 'add', path: 'emails', value: 'h@x' },
      [WORK, HOME],
    ],
    [
      'adds the same value of another type',
      { op: 'add', path: 'emails', value: { value: 'h@x', type: 'other' } },
      [WORK, HOME, { value: 'h@x', type: 'other' }],
    ],
    ['adds nothing', { op: 'add', path: 'emails', value: null }, [WORK, HOME]],
    [
      'adds to one that matches',
      { op: 'add', path: 'emails[type eq "home"]', value: { display: 'H' } },
      [WORK, { ...HOME, display: 'H' }],
    ],
    [
      'a new primary value clears the old one',
      { op: 'add', path: 'emails', value: { value: 'o@x', primary: true } },
      [{ ...WORK, primary: false }, HOME, { value: 'o@x', primary: true }],
    ],
    [
      'a value that becomes primary clears the old one',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: 'True' },
      [
        { ...WORK, primary: false },
        { ...HOME, primary: true },
      ],
    ],
    ['replaces all', { op: 'replace', path: 'emails', value: [HOME] }, [HOME]],
    ['replaces by one', { op: 'replace', path: 'emails', value: 'o@x' }, [{ value: 'o@x' }]],
    ['replaces by none', { op: 'replace', path: 'emails', value: [] }, undefined],
    [
      'replaces what matches',
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'n@x' } },
      [{ value: 'n@x', type: 'work' }, HOME],
    ],
    [
      'replaces a part of what matches',
      { op: 'replace', path: 'emails[value eq "W@x"].value', value: 'n@x' },
      [{ ...WORK, value: 'n@x' }, HOME],
    ],
    [
      'replaces a part of all that match',
      { op: 'replace', path: 'emails[type pr].display', value: 'D' },
      [
        { ...WORK, display: 'D' },
        { ...HOME, display: 'D' },
      ],
    ],
    [
      'makes what matches',
      { op: 'replace', path: 'emails[type eq "other" and primary eq false].value', value: 'o@x' },
      [WORK, HOME, { type: 'other', primary: false, value: 'o@x' }],
    ],
    [
      'makes what matches as a whole',
      { op: 'add', path: 'emails[type eq "other"]', value: { value: 'o@x' } },
      [WORK, HOME, { type: 'other', value: 'o@x' }],
    ],
    [
      'makes nothing of nothing',
      { op: 'replace', path: 'emails[type eq "other"].value', value: '' },
      [WORK, HOME],
    ],
    ['empties a value', { op: 'replace', path: 'emails[type eq "home"].value', value: '' }, [WORK]],
    ['removes all', { op: 'remove', path: 'emails' }, undefined],
    ['removes the listed', { op: 'remove', path: 'emails', value: [{ value: 'W@X' }] }, [HOME]],
    ['removes the listed, as text', { op: 'remove', path: 'emails', value: 'h@x' }, [WORK]],
    [
      'removes the listed by their type too',
      { op: 'remove', path: 'emails', value: [{ value: 'w@x', type: 'home' }] },
      [WORK, HOME],
    ],
    [
      'removes none where none is listed',
      { op: 'remove', path: 'emails', value: [] },
      [WORK, HOME],
    ],
    ['removes what matches', { op: 'remove', path: 'emails[type eq "work"]' }, [HOME]],
    [
      'removes nothing where nothing matches',
      { op: 'remove', path: 'emails[type eq "x"]' },
      [WORK, HOME],
    ],
    [
      'removes a part',
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      [{ value: 'w@x', type: 'work' }, HOME],
    ],
    [
      'removes a value with its last part',
      { op: 'remove', path: 'emails[type eq "home"].value' },
      [WORK],
    ],
  ])('%s', (_, operation, after) => {
    const { emails: _emails, ...rest } = ADA;
    expect(patched(ADA, operation)).toEqual(after ? emails(after) : rest);
  });

  it('knows addresses by all that they have', () => {
    const address = { type: 'work', country: 'BE', locality: 'L' };
    const user = { userName: 'a', addresses: [address] };
    const same = { locality: 'L', country: 'BE', type: 'work' };
    expect(patched(user, { op: 'add', path: 'addresses', value: [same] })).toEqual(user);
    expect(patched(user, { op: 'remove', path: 'addresses', value: [same] })).toEqual({
      userName: 'a',
    });
  });

  it('works on values without sub-attributes', () => {
    const path = `${TANDEM}:aliases`;
    const user = { userName: 'a', [TANDEM]: { aliases: ['x', 'y'] } };
    const aliases = (...list: string[]) => ({ userName: 'a', [TANDEM]: { aliases: list } });
    expect(patched(user, { op: 'add', path, value: ['X', 'z'] })).toEqual(aliases('x', 'y', 'z'));
    expect(patched(user, { op: 'remove', path, value: ['X'] })).toEqual(aliases('y'));
    expect(patched(user, { op: 'remove', path: `${path}[value eq "x"]` })).toEqual(aliases('y'));
    expect(patched(user, { op: 'replace', path: `${path}[value sw "X"]`, value: 'n' })) //
      .toEqual(aliases('n', 'y'));
    expect(patched(user, { op: 'remove', path })).toEqual({ userName: 'a' });
  });
});

describe('operations on one value', () => {
  it.each([
    [
      { op: 'replace', path: 'name', value: { givenName: 'B' } },
      { givenName: 'B', familyName: 'L' },
    ],
    [
      { op: 'add', path: 'name', value: { GIVENNAME: 'B' } },
      { givenName: 'B', familyName: 'L' },
    ],
    [{ op: 'replace', path: 'name', value: { givenName: null } }, { familyName: 'L' }],
    [
      { op: 'replace', path: 'NAME.GivenName', value: 'B' },
      { givenName: 'B', familyName: 'L' },
    ],
    [{ op: 'remove', path: 'name.givenName' }, { familyName: 'L' }],
    [{ op: 'remove', path: 'name.middleName' }, ADA.name],
    [{ op: 'replace', path: 'name', value: { nothing: 'x' } }, ADA.name],
    [{ op: 'remove', path: 'name' }, undefined],
    [{ op: 'replace', path: 'name', value: null }, undefined],
  ])('%j', (operation, name) => {
    const { name: _, ...rest } = ADA;
    expect(patched(ADA, operation)).toEqual(name ? { ...ADA, name } : rest);
  });

  it('gives back the resource itself where nothing changed', () => {
    expect(patched(ADA)).toBe(ADA);
    expect(patched(ADA, { op: 'replace', path: 'userName', value: 'ada' })).toBe(ADA);
    expect(
      patched(ADA, { op: 'remove', path: 'title' }, { op: 'add', path: 'emails', value: HOME }),
    ).toBe(ADA);
  });

  it('leaves the resource as it was', () => {
    const before = structuredClone(ADA);
    patched(ADA, { op: 'replace', path: 'emails[type eq "work"].value', value: 'n@x' });
    patched(ADA, { op: 'remove', path: 'name.givenName' });
    expect(ADA).toEqual(before);
  });

  it('does not let anybody in by an omission', () => {
    const disabled = { userName: 'ada', active: false };
    expect(patched(disabled, { op: 'remove', path: 'active' })).toBe(disabled);
    expect(patched(disabled, { op: 'replace', path: 'active', value: null })).toBe(disabled);
  });

  it('passes over what clients cannot write, and what is not known, in a value without a path', () => {
    const value = {
      id: 'x',
      meta: { location: 'x' },
      groups: [{ value: 'g' }],
      schemas: ['x'],
      password: 'p',
      nothing: 1,
      'name.nothing': 'x',
      'nothing[type eq "x"].value': 'x',
      'urn:nothing:title': 'x',
      constructor: { prototype: { polluted: 1 } },
      [ENTERPRISE]: { nothing: 1, manager: { displayName: 'Boss' } },
      title: 'T',
    };
    expect(patched(ADA, { op: 'replace', value })).toEqual({ ...ADA, title: 'T' });
  });

  it('passes over schemas and a password in a path', () => {
    expect(patched(ADA, { op: 'add', path: 'schemas', value: ['x'] })).toBe(ADA);
    expect(patched(ADA, { op: 'replace', path: 'password', value: 'p' })).toBe(ADA);
  });

  it('reads names of the body in any case', async () => {
    const operation = { OP: 'ADD', Path: 'title', VALUE: 'T' };
    expect(patched(ADA, operation)).toEqual({ ...ADA, title: 'T' });
  });

  it('asks of required attributes at the end', () => {
    expect(
      patched(
        ADA,
        { op: 'remove', path: 'userName' },
        { op: 'add', path: 'userName', value: 'new' },
      ),
    ).toEqual({ ...ADA, userName: 'new' });
  });
});

describe('operations that are refused', () => {
  it.each([
    [{ op: 'remove' }, 'noTarget'],
    [
      { op: 'replace', path: 'emails[type ne "work" and type ne "home"].value', value: 'x' },
      'noTarget',
    ],
    [{ op: 'replace', path: 'emails[value eq "old@x"].value', value: 'new@x' }, 'noTarget'],
    [{ op: 'add', path: 'emails[type eq "a" or type eq "b"]', value: 'x' }, 'noTarget'],
    [{ op: 'add', path: 'nothing', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'name.nothing', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails.value', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[type eq "work"', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 7, value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: '__proto__.polluted', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'constructor.prototype.polluted', value: 'x' }, 'invalidPath'],
    [{ op: 'add', value: { 'emails[type eq': 'x' } }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'replace', path: 'meta.created', value: 'x' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }, 'mutability'],
    [{ op: 'replace', path: 'manager.displayName', value: 'x' }, 'mutability'],
    [{ op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
    [{ op: 'replace', path: 'title', value: ['a', 'b'] }, 'invalidValue'],
    [{ op: 'replace', path: 'name', value: 'Ada' }, 'invalidValue'],
    [{ op: 'add', value: 'x' }, 'invalidValue'],
    [{ op: 'add', value: { [ENTERPRISE]: 'x' } }, 'invalidValue'],
    [{ op: 'remove', path: 'userName' }, 'invalidValue'],
    [{ op: 'replace', value: { userName: ' ' } }, 'invalidValue'],
    [
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'invalidValue',
    ],
    [{ op: 'replace', path: 'emails[type pr].primary', value: true }, 'invalidValue'],
    [{ op: 'move', path: 'title' }, 'invalidSyntax'],
    [{ path: 'title' }, 'invalidSyntax'],
    ['add', 'invalidSyntax'],
    [null, 'invalidSyntax'],
  ])('%j: %s', (operation, scimType) => {
    expect(() => patched(ADA, operation)).toThrow(
      expect.objectContaining({ status: 400, scimType }),
    );
  });

  it('takes 1,000 values at most', () => {
    const value = Array.from({ length: 999 }, (_, n) => `${n}@x`);
    expect(() => patched(ADA, { op: 'add', path: 'emails', value })).toThrow(
      expect.objectContaining({ scimType: 'invalidValue' }),
    );
    expect(patched(ADA, { op: 'add', path: 'emails', value: value.slice(1) }).emails) //
      .toHaveLength(1_000);
  });
});
