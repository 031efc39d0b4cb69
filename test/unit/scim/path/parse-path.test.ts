import { describe, expect, it } from 'vitest';
import { parsePath } from '../../../../lib/scim/path/parse-path.ts';
import { CORE_USER, ENTERPRISE, USER } from '../schemas.ts';

const read = (text: string) => {
  const { extension, attribute, sub, filter } = parsePath(text, USER);
  return [extension, attribute.name, sub?.name, filter?.kind];
};

describe('paths', () => {
  it.each([
    ['userName', undefined, 'userName', undefined, undefined],
    [' USERNAME ', undefined, 'userName', undefined, undefined],
    ['name.familyname', undefined, 'name', 'familyName', undefined],
    [`${CORE_USER}:name.givenName`, undefined, 'name', 'givenName', undefined],
    [`${ENTERPRISE}:department`, ENTERPRISE, 'department', undefined, undefined],
    [`${ENTERPRISE.toUpperCase()}:Manager.VALUE`, ENTERPRISE, 'manager', 'value', undefined],
    ['manager', ENTERPRISE, 'manager', undefined, undefined],
    ['emails', undefined, 'emails', undefined, undefined],
    ['emails[type eq "work"]', undefined, 'emails', undefined, 'compare'],
    ['emails[type eq "work"].value', undefined, 'emails', 'value', 'compare'],
    ['Emails[TYPE eq "work" and not (primary pr)].Display', undefined, 'emails', 'display', 'and'],
    ['emails[type eq "a]b(\\"c"].value', undefined, 'emails', 'value', 'compare'],
    ['manager.$ref', ENTERPRISE, 'manager', '$ref', undefined],
  ])('%s', (text, ...parts) => {
    expect(read(text)).toEqual(parts);
  });

  it.each([
    ['', 'an attribute is missing'],
    ['[type eq "x"]', 'an attribute is missing'],
    ['"title"', 'an attribute is missing'],
    ['nothing', 'there is no attribute "nothing"'],
    ['urn:nothing:title', 'there is no attribute "urn:nothing:title"'],
    ['title title', 'something stands behind its end'],
    ['title[value eq "x"]', 'the attribute "title" has but one value'],
    ['name[givenName eq "x"]', 'the attribute "name" has but one value'],
    ['emails.value', 'brackets have to say which of "emails" are meant'],
    ['emails.value[type pr]', 'brackets stand behind an attribute, not a sub-attribute'],
    ['emails[]', 'an attribute is missing'],
    ['emails[type pr', 'a closing bracket is missing'],
    ['emails[type pr] value', 'something stands behind its end'],
    ['emails[type pr].nothing', 'there is no sub-attribute "nothing"'],
    ['emails[type pr].value.x', 'there is no sub-attribute "value.x"'],
    ['emails[type pr].value x', 'something stands behind its end'],
    ['emails[__proto__ pr]', 'there is no attribute "__proto__"'],
    ['__proto__.polluted', 'there is no attribute "__proto__.polluted"'],
    ['x'.repeat(4_097), 'it is longer than 4096 characters'],
  ])('%s: %s', (text, detail) => {
    expect(() => parsePath(text, USER)).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidPath',
        message: `The path cannot be used: ${detail}.`,
      }),
    );
  });
});
