import { describe, expect, it } from 'vitest';
import { parseGraphBase } from '../../../lib/entra/graph-base.ts';
import {
  managerPath,
  membershipPath,
  objectPath,
  referenceTo,
} from '../../../lib/entra/write-request.ts';

const id = '0a0a0a0a-0000-4000-8000-00000000000F';
const other = 'bbbbbbbb-0000-4000-8000-000000000001';
const base = parseGraphBase('https://graph.example/behind/');

describe('paths', () => {
  it('name objects, memberships and links', () => {
    expect(objectPath('user', id)).toBe(`/users/${id}`);
    expect(objectPath('group', id)).toBe(`/groups/${id}`);
    expect(managerPath(id)).toBe(`/users/${id}/manager/$ref`);
    expect(referenceTo(base, id)).toBe(`https://graph.example/behind/v1.0/directoryObjects/${id}`);
  });

  it('of memberships never mean the member itself', () => {
    expect(membershipPath(id, other)).toBe(`/groups/${id}/members/${other}/$ref`);
  });

  it.each(['', 'me', `${id}/`, `${id}?a`, `../${id}`, `${id}\n`, '%2e%2e', `{${id}}`])(
    'are made of GUIDs only: %j',
    (wrong) => {
      expect(() => objectPath('user', wrong)).toThrow(TypeError);
      expect(() => managerPath(wrong)).toThrow(TypeError);
      expect(() => membershipPath(wrong, id)).toThrow(TypeError);
      expect(() => membershipPath(id, wrong)).toThrow(TypeError);
      expect(() => referenceTo(base, wrong)).toThrow(TypeError);
    },
  );
});
