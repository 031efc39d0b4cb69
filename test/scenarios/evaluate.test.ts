import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from './world.ts';

let world: World;
const USER = 'evi@contoso.example';

/** The last level of a department's path. */
const UNIT =
  'Coalesce(Item(Split([department], ">"), 3), Item(Split([department], ">"), 2), [department])';
const path = () => `/manage/connections/${world.connectionId}/mappings/evaluate`;

// The connection is off: trying things out comes before switching on.
beforeAll(async () => {
  world = await startWorld({ users: 2, groups: 1, memberships: 1, empty: true });
  await world.tenant.createUser({
    displayName: 'Evi',
    userPrincipalName: USER,
    usageLocation: 'NO',
  });
  await world.tenant.createGroup({ displayName: 'Team' });
});
afterAll(() => world?.stop());

async function evaluated(body: object) {
  const answer = await world.admin.ask('POST', path(), { body });
  expect(answer.status).toBe(200);
  return answer.body;
}

async function refused(body: object): Promise<number> {
  const answer = await world.admin.ask('POST', path(), { body });
  expect(z.object({ detail: z.string() }).parse(answer.body).detail).toMatch(/\w{4,}/);
  return answer.status;
}

describe('evaluating an expression', () => {
  it.each([
    ['Works', 'Works'],
    ['Works > Roads', 'Roads'],
    ['Works > Roads > Snow', 'Snow'],
  ])('of an entry in %s is %s', async (department, value) => {
    const entered = { expression: UNIT, entry: { Department: department, shoeSize: 40 } };
    expect(await evaluated(entered)).toEqual({ value, sources: { department } });
  });

  it('of a user or a group reads what it needs', async () => {
    await world.tenant.resetStats();
    // No rule of the connection reads this property.
    const asked = { expression: '[USAGELOCATION]', user: USER };
    expect(await evaluated(asked)).toEqual({ value: 'NO', sources: { usageLocation: 'NO' } });
    expect((await world.tenant.stats()).requests).toBeLessThanOrEqual(4);
    const constant = { expression: '"x"', user: USER };
    expect(await evaluated(constant)).toEqual({ value: 'x', sources: {} });
    const group = { expression: '[displayName]', group: 'Team' };
    expect(await evaluated(group)).toEqual({ value: 'Team', sources: { displayName: 'Team' } });
  });

  it('shows what flows not, and faults with their places', async () => {
    expect(await evaluated({ expression: 'IgnoreFlowIfNullOrEmpty([city])', entry: {} })).toEqual({
      value: null,
      sources: { city: null },
      ignored: true,
    });
    const faults: [string, number, string][] = [
      ['Append([departmnt], "x")', 7, 'did you mean "department"?'],
      ['Split([department])', 0, 'takes 2 arguments'],
      ['', 0, 'is empty'],
      ['"'.repeat(5), 2, 'not expected'],
      [`${'Trim('.repeat(40)}"a"${')'.repeat(40)}`, 160, 'more than 32 functions'],
      ['[city]'.padEnd(10_001), 10_000, 'longer than 10000'],
      ['[constructor]', 0, 'no property'],
    ];
    for (const [expression, position, message] of faults)
      expect(await evaluated({ expression, entry: {} })).toEqual({
        error: { position, message: expect.stringContaining(message) },
      });
  });

  it('refuses what is no question, and is not to be overrun', async () => {
    const expression = '[city]';
    expect(await refused({ expression })).toBe(400);
    expect(await refused({ entry: {} })).toBe(400);
    expect(await refused({ expression, entry: {}, user: 'a' })).toBe(400);
    expect(await refused({ expression, user: 'a', group: 'b' })).toBe(400);
    expect(await refused({ expression, kind: 'group', user: 'a' })).toBe(400);
    expect(await refused({ expression, user: 'nobody@contoso.example' })).toBe(404);
    expect(await refused({ expression, entry: { city: 'x'.repeat(70_000) } })).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`p${at}`, at]));
    expect(await refused({ expression, entry: many })).toBe(400);
    const deep: unknown = JSON.parse(`${'['.repeat(9)}${']'.repeat(9)}`);
    expect(await refused({ expression, entry: { city: deep } })).toBe(400);
    const text = `{"expression":"[city]","entry":{"__proto__":{"city":"x"},"city":"y"}}`;
    const { body } = await world.admin.ask('POST', path(), { text });
    expect(body).toEqual({ value: 'y', sources: { city: 'y' } });
    const polluted = await evaluated({ expression, entry: {} });
    expect(polluted).toEqual({ value: null, sources: { city: null } });
  });
});
