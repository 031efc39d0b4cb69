import { describe, expect, it } from 'vitest';
import { newObject } from '../../../../local/tenant/directory/directory-object.ts';
import { parseFilter } from '../../../../local/tenant/graph/filter.ts';

const user = newObject('user', 'u1', {
  properties: {
    displayName: "Ada O'Quill",
    accountEnabled: true,
    proxyAddresses: ['SMTP:ada@x.example', 'smtp:a@x.example'],
    createdDateTime: '2024-05-01T00:00:00Z',
  },
});
const fits = (text: string): boolean => parseFilter('user', text).fits(user, user.state);

describe('a filter', () => {
  it.each([
    "displayName eq 'ada o''quill'",
    "DISPLAYNAME eq 'Ada O''Quill' and accountEnabled eq true",
    "id eq 'u1'",
    "startswith(displayName,'ada')",
    'mail eq null',
    "not (displayName eq 'x')",
    "displayName ne 'x'",
    "proxyAddresses/any(p:p eq 'smtp:A@x.example')",
    'createdDateTime ge 2024-01-01T00:00:00Z',
    "displayName eq 'x' or (accountEnabled eq true and mail eq null)",
    "id in ('u0', 'u1')",
  ])('fits: %s', (text) => {
    expect(fits(text)).toBe(true);
  });

  it.each([
    "displayName eq 'ada'",
    'accountEnabled eq false',
    "displayName eq 'x' or accountEnabled eq false",
    'createdDateTime lt 2024-01-01T00:00:00Z',
    "endsWith(displayName,'ada')",
  ])('does not fit: %s', (text) => {
    expect(fits(text)).toBe(false);
  });

  it.each([
    "nonsense eq 'x'",
    'displayName eq',
    "displayName like 'x'",
    "(mail eq 'x'",
    "mail eq 'x' x",
  ])('is refused: %s', (text) => {
    expect(() => fits(text)).toThrow();
  });

  it('knows what needs an advanced query, and what can be looked up', () => {
    expect(parseFilter('user', "mail ne 'x'").isAdvanced).toBe(true);
    expect(parseFilter('user', "mail eq 'x'").isAdvanced).toBe(false);
    expect(parseFilter('user', "accountEnabled eq true and mail eq 'x'").lookups).toEqual([
      { property: 'mail', value: 'x' },
    ]);
    expect(parseFilter('user', "mail eq 'x' or accountEnabled eq true").lookups).toBeUndefined();
  });
});
