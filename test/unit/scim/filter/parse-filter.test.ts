import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../lib/scim/filter/parse-filter.ts';
import { ScimError } from '../../../../lib/scim/scim-error.ts';
import { USER } from '../schemas.ts';

const terms = (count: number) => Array.from({ length: count }, () => 'title pr').join(' or ');
const nested = (depth: number) => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`;

const refusal = (filter: string): ScimError => {
  try {
    parseFilter(filter, USER);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('the filter was taken');
};

describe('filters that cannot be used', () => {
  it.each([
    ['', 'an attribute is missing'],
    ['userName', 'an operator is missing, or is not known'],
    ['userName like "x"', 'an operator is missing, or is not known'],
    ['userName "eq" "x"', 'an operator is missing, or is not known'],
    ['userName eq', 'a value is missing'],
    ['userName eq (', 'a value is missing'],
    ['userName eq "x', 'a quotation mark is not closed'],
    ['userName eq "x\\"', 'a quotation mark is not closed'],
    ['userName eq "\\x"', 'a text is not written as JSON has it'],
    ['userName eq "a\nb"', 'a text is not written as JSON has it'],
    ['userName eq "x" title pr', '"and" or "or" is missing'],
    ['userName pr and', 'an attribute is missing'],
    ['not userName pr', 'there is no attribute "not"'],
    ['(userName pr', 'a closing parenthesis is missing'],
    ['userName pr)', '"and" or "or" is missing'],
    ['emails[type eq "work"', 'a closing bracket is missing'],
    ['emails[]', 'an attribute is missing'],
    ['emails[type eq "work"].nothing eq "x"', 'there is no sub-attribute "nothing"'],
    ['emails[emails[type pr]]', 'there is no attribute "emails"'],
    ['emails[type[value pr]]', 'an operator is missing, or is not known'],
    ['emails.value[type pr]', 'brackets stand behind an attribute, not a sub-attribute'],
    ['nothing eq "x"', 'there is no attribute "nothing"'],
    ['name.nothing eq "x"', 'there is no attribute "name.nothing"'],
    ['name.familyName.x eq "x"', 'there is no attribute "name.familyName.x"'],
    ['urn:unknown:User:title eq "x"', 'there is no attribute "urn:unknown:User:title"'],
    ['jyoung@contoso.com eq "x"', 'there is no attribute of that name'],
    ['__proto__ pr', 'there is no attribute "__proto__"'],
    ['name.constructor pr', 'there is no attribute "name.constructor"'],
    ['name eq "x"', 'the attribute "name" is complex: compare one of its sub-attributes'],
    ['addresses co "x"', 'the attribute "addresses" is complex: compare one of its sub-attributes'],
    ['active gt true', 'gt does not compare values of the attribute "active"'],
    ['active co "t"', 'the value is not of the type of the attribute "active"'],
    ['active eq 1', 'the value is not of the type of the attribute "active"'],
    ['emails.primary le true', 'le does not compare values of the attribute "primary"'],
    ['title gt null', 'only eq and ne compare with null'],
    [
      'meta.lastModified ge "yesterday"',
      'the value is not of the type of the attribute "lastModified"',
    ],
    [
      'meta.lastModified ge "2011-13-45T00:00:00Z"',
      'the value is not of the type of the attribute "lastModified"',
    ],
    [nested(17), 'it is nested deeper than 16'],
    [`emails[${'('.repeat(17)}`, 'it is nested deeper than 16'],
    [`title eq "${'x'.repeat(4_086)}"`, 'it is longer than 4096 characters'],
  ])('%s: %s', (filter, detail) => {
    const error = refusal(filter);
    expect(error.message).toBe(`The filter cannot be used: ${detail}.`);
    expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });

  it('asks for at most 64 attributes', () => {
    expect(parseFilter(terms(64), USER)).toMatchObject({ kind: 'or' });
    expect(refusal(terms(65))).toMatchObject({ status: 400, scimType: 'tooMany' });
  });

  it('is nested 16 deep at most, and 4,096 characters long', () => {
    expect(parseFilter(nested(16), USER)).toMatchObject({ kind: 'present' });
    expect(parseFilter(`title eq "${'x'.repeat(4_085)}"`, USER)).toMatchObject({ operator: 'eq' });
  });
});
