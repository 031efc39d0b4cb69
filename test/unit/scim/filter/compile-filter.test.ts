import { describe, expect, it, onTestFinished } from 'vitest';
import { compileFilter } from '../../../../lib/scim/filter/compile-filter.ts';
import { parseFilter } from '../../../../lib/scim/filter/parse-filter.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import { CORE_USER, ENTERPRISE, GROUP, USER } from '../schemas.ts';
import { BARBARA } from './people.ts';

const matches = (filter: string) => compileFilter(parseFilter(filter, USER))(BARBARA);

describe('what a filter finds', () => {
  it.each([
    // RFC 7644 figure 2, and what Entra asks for.
    'userName eq "bjensen@example.com"',
    'userName Eq "BJensen@Example.COM"',
    'USERNAME eq "bjensen@example.com"',
    'name.familyName co "O\'Malley"',
    'userName sw "BJ"',
    'userName ew "@EXAMPLE.com"',
    `${CORE_USER}:userName sw "bj"`,
    `${CORE_USER.toUpperCase()}:UserName pr`,
    'title pr or userType eq "Employee"',
    'meta.lastModified gt "2011-05-13T04:42:33Z"',
    'meta.lastModified ge "2011-05-13T04:42:34Z"',
    'meta.lastModified eq "2011-05-13T06:42:34+02:00"',
    'meta.lastModified lt "2011-05-13T04:42:34.001Z"',
    'meta.lastModified le 2011-05-13T04:42:34Z',
    'meta.lastModified ne "2011-05-13T04:42:35Z"',
    'meta.lastModified sw "2011-05"',
    'meta.resourceType eq "User"',
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    'userType ne "Intern" and not (emails co "intern.org" or emails.value co "example.net")',
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "x"]'.replace(
      'ims',
      'roles',
    ),
    `schemas eq "${ENTERPRISE}"`,
    'emails[type eq "work"].value eq "BJENSEN@example.com"',
    'emails[type eq "WORK"].primary eq "True"',
    'emails[not (type eq "work")].value ew ".org"',
    'emails[primary eq True].type eq "work"',
    'roles[primary eq "True"].value eq "admin"',
    'externalId eq bJensen',
    'externalId eq "bJensen"',
    'id eq "B4b4" and manager eq "M1"',
    'manager eq "M1" and id eq "B4b4"',
    'manager.value eq "M1"',
    `${ENTERPRISE}:manager eq "M1"`,
    `${ENTERPRISE}:manager.value eq "M1"`,
    `${ENTERPRISE}:department eq "tour operations"`,
    'department sw "tour"',
    'employeeNumber eq 701984',
    'active eq false',
    'active eq "False"',
    'active ne true',
    'active pr',
    'displayName eq "b\\u00e1bs \\"B\\" jensen"',
    'displayName eq "  BA\\u0301BS \\"b\\" Jensen "',
    'title eq null',
    'title ne "Guide"',
    'not (title pr)',
    'userName ne null',
    'phoneNumbers eq null',
    'phoneNumbers.value eq null',
    'emails.value ne "bjensen@example.com"',
    'emails pr and name pr and emails.type pr',
    'not(active eq true)',
    'userName gt "bj" and userName lt "BK"',
    'name.givenName ge "barbara" and name.givenName le "BARBARA"',
    'active eq true and title pr or userName pr',
    '( ( userName pr ) )',
    '\tuserName\r\npr ',
  ])('%s', (filter) => {
    expect(matches(filter)).toBe(true);
  });

  it.each([
    'userName eq "bjensen"',
    'externalId eq "bjensen"',
    'id eq "b4b4"',
    'manager eq "m1"',
    'userName ne "BJENSEN@example.com"',
    'emails[type eq "home" and value ew "example.com"]',
    'emails[type eq "home"].value ew "example.com"',
    'emails[type eq "other"]',
    'phoneNumbers[type eq "work"].value ne "1"',
    'phoneNumbers.value ne "1"',
    'phoneNumbers pr',
    'title co "a"',
    'title eq ""',
    'title gt "a"',
    'active eq true',
    'userName eq null',
    'emails eq null',
    'meta.lastModified gt "2011-05-13T04:42:34Z"',
    'meta.lastModified lt "2011-05-13T06:42:34+02:00"',
    'userName pr and (title pr or active eq true)',
    'not (userName pr or title pr)',
    'userName gt "BJENSEN@EXAMPLE.COM"',
  ])('not %s', (filter) => {
    expect(matches(filter)).toBe(false);
  });

  it('compares members by their id', () => {
    const staff = { displayName: 'Staff', members: [{ value: 'u1' }] };
    const inStaff = (filter: string) => compileFilter(parseFilter(filter, GROUP))(staff);
    expect(inStaff('members eq "u1"')).toBe(true);
    expect(inStaff('members[value eq "u1"]')).toBe(true);
    expect(inStaff('members.value eq "u2"')).toBe(false);
  });

  it.each([null, '', [], {}, { familyName: '' }, [null]])('%j counts as nothing', (name) => {
    expect(compileFilter(parseFilter('name pr', USER))({ name })).toBe(false);
  });

  it('reads dates in any form in documents too', () => {
    const later = compileFilter(parseFilter('meta.lastModified gt "2020-01-01T00:00:00Z"', USER));
    expect(later({ meta: { lastModified: '2020-01-01T00:30:00+01:00' } })).toBe(false);
    expect(later({ meta: { lastModified: '2020-01-01T00:00:00.5Z' } })).toBe(true);
    expect(later({ meta: { lastModified: 'yesterday' } })).toBe(false);
  });

  it('takes no name that a document has inherited for its own', () => {
    const schema = openSchema('user', [{ name: 'toString', type: 'string', multiValued: false }]);
    const named = compileFilter(parseFilter('toString pr', schema));
    expect(named({})).toBe(false);
    expect(named({ toString: 'x' })).toBe(true);
  });

  it('takes a date without a zone for UTC, wherever it runs', () => {
    const { TZ } = process.env;
    process.env.TZ = 'Asia/Tokyo';
    onTestFinished(() => {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    });
    const later = compileFilter(parseFilter('meta.lastModified gt "2020-01-01T00:00:00"', USER));
    expect(later({ meta: { lastModified: '2020-01-01T00:00:00.000Z' } })).toBe(false);
    expect(later({ meta: { lastModified: '2020-01-01T00:00:00.001Z' } })).toBe(true);
  });
});
