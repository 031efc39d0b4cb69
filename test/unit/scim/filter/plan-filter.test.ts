import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../lib/scim/filter/parse-filter.ts';
import { planFilter } from '../../../../lib/scim/filter/plan-filter.ts';
import { GROUP, USER } from '../schemas.ts';

const planned = (filter: string, schema = USER) => planFilter(parseFilter(filter, schema));

describe('what an index answers', () => {
  it.each([
    ['id eq "a"', 'id', ['a']],
    ['userName eq "A@x"', 'userName', ['A@x']],
    ['externalId eq jyoung', 'externalId', ['jyoung']],
    ['displayName eq "x"', 'displayName', ['x']],
    ['emails[type eq "work"].value eq "x"', 'workMail', ['x']],
    ['emails[type eq "Work" and value eq "x"]', 'workMail', ['x']],
    ['emails[value eq "x" and primary eq true and type eq work]', 'workMail', ['x']],
    ['groups eq "g"', 'groups', ['g']],
    ['groups.value eq "g" or groups[value eq "h"]', 'groups', ['g', 'h']],
    ['id eq "u" and manager eq "m"', 'id', ['u']],
    ['manager eq "m" and id eq "u"', 'id', ['u']],
    ['active eq true and (title pr and userName eq "x")', 'userName', ['x']],
    ['displayName eq "x" and userName eq "y"', 'userName', ['y']],
    ['id eq "a" or id eq "b" or id eq "a"', 'id', ['a', 'b']],
    ['(id eq "a" and title pr) or (active eq true and id eq "b")', 'id', ['a', 'b']],
    ['(id eq "a" or id eq "b") and id eq "c"', 'id', ['c']],
  ] as const)('%s: by %s', (filter, by, values) => {
    expect(planned(filter).lookup).toEqual({ by, values });
  });

  it.each([
    'title eq "x"',
    'userName ne "x"',
    'userName sw "x"',
    'not (userName eq "x")',
    'userName eq "x" or title pr',
    'userName eq "x" or id eq "x"',
    'userName eq null',
    'emails.value eq "x"',
    'emails[type eq "home"].value eq "x"',
    'emails[type eq "work" or value eq "x"]',
    'phoneNumbers[type eq "work"].value eq "x"',
  ])('%s: every resource is looked at', (filter) => {
    expect(planned(filter).lookup).toBeUndefined();
  });

  it.each([
    ['members eq "a"', ['a'], ['a']],
    ['members.value eq "a" or members[value eq "b" or value eq "a"]', ['a', 'b'], ['a', 'b']],
  ])('%s: by members', (filter, values, memberships) => {
    const { lookup, memberships: asked } = planned(filter, GROUP);
    expect(lookup).toEqual({ by: 'members', values });
    expect(asked).toEqual(memberships);
  });

  it('lists the members that a filter asks for, wherever it does', () => {
    const filter = 'id eq "g" and not (members eq "a") and (members eq "b" or displayName pr)';
    expect(planned(filter, GROUP)).toMatchObject({
      lookup: { by: 'id', values: ['g'] },
      memberships: ['a', 'b'],
    });
    expect(planned('userName pr').memberships).toEqual([]);
  });

  it.each([
    ['members ne "a"', GROUP, 'members'],
    ['members pr', GROUP, 'members'],
    ['not (members.value pr)', GROUP, 'members'],
    ['members co "a"', GROUP, 'members'],
    ['members eq null', GROUP, 'members'],
    ['members[type eq "User"]', GROUP, 'members'],
    ['members[value eq "a" and type eq "User"]', GROUP, 'members'],
    ['id eq "u" and groups sw "g"', USER, 'groups'],
  ])('%s is refused', (filter, schema, name) => {
    expect(() => planned(filter, schema)).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidFilter',
        message: `The filter cannot be used: of ${name} only ${name}.value eq an id can be asked.`,
      }),
    );
  });

  it('leaves the whole filter to be matched', () => {
    const filter = parseFilter('id eq "u" and manager eq "m"', USER);
    expect(planFilter(filter).residual).toBe(filter);
  });
});
