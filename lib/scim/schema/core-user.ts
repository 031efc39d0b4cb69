import type { Schema } from './attribute.ts';
import { attribute, plural, valueAndDisplay } from './define.ts';

const READ_ONLY = { mutability: 'readOnly' } as const;

const NAME = attribute('name', 'The parts of the name.', {
  type: 'complex',
  subAttributes: [
    attribute('formatted', 'The whole name, as it is shown.'),
    attribute('familyName', 'The surname.'),
    attribute('givenName', 'The given name.'),
    attribute('middleName', 'The middle names.'),
    attribute('honorificPrefix', 'What stands before the name, such as Dr.'),
    attribute('honorificSuffix', 'What stands behind the name, such as III.'),
  ],
});

const ADDRESS = [
  attribute('formatted', 'The whole address, with line breaks.'),
  attribute('streetAddress', 'Street and number.'),
  attribute('locality', 'The town.'),
  attribute('region', 'The state or region.'),
  attribute('postalCode', 'The postal code.'),
  attribute('country', 'The country.'),
];

const GROUPS = attribute('groups', 'The groups that the user is a member of.', {
  type: 'complex',
  multiValued: true,
  ...READ_ONLY,
  subAttributes: [
    attribute('value', 'The id of the group.', { ...READ_ONLY, caseExact: true }),
    attribute('$ref', 'The address of the group.', {
      type: 'reference',
      ...READ_ONLY,
      referenceTypes: ['Group'],
    }),
    attribute('display', 'The name of the group.', READ_ONLY),
    attribute('type', 'Whether it is a membership of its own, or one by a nested group.', {
      ...READ_ONLY,
      canonicalValues: ['direct', 'indirect'],
    }),
  ],
});

/** The User schema (RFC 7643 sections 4.1 and 8.7.1). */
export const CORE_USER: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A user account',
  attributes: [
    attribute('userName', 'The name by which the user signs in; nobody else has it.', {
      required: true,
      uniqueness: 'server',
    }),
    NAME,
    attribute('displayName', 'The name as people are to read it.'),
    attribute('nickName', 'What the user is called by friends.'),
    attribute('profileUrl', 'The address of a page about the user.', {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    attribute('title', 'The job title.'),
    attribute('userType', 'How the user belongs to the organization, such as Employee.'),
    attribute('preferredLanguage', 'The language to talk in, such as de-CH.'),
    attribute('locale', 'How to write numbers, dates and the like, such as de-CH.'),
    attribute('timezone', 'The time zone, such as Europe/Zurich.'),
    attribute('active', 'Whether the user may sign in.', { type: 'boolean' }),
    attribute('password', 'It is taken and not kept: users sign in elsewhere.', {
      mutability: 'writeOnly',
      returned: 'never',
    }),
    plural('emails', 'E-mail addresses.', {
      value: valueAndDisplay('An e-mail address.'),
      types: ['work', 'home', 'other'],
    }),
    plural('phoneNumbers', 'Telephone numbers, as they were given.', {
      value: valueAndDisplay('A telephone number.'),
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    plural('ims', 'Addresses for instant messages.', {
      value: valueAndDisplay('An address for instant messages.'),
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    plural('photos', 'Addresses of pictures of the user.', {
      value: valueAndDisplay('The address of a picture.', {
        type: 'reference',
        referenceTypes: ['external'],
      }),
      types: ['photo', 'thumbnail'],
    }),
    plural('addresses', 'Postal addresses.', { value: ADDRESS, types: ['work', 'home', 'other'] }),
    GROUPS,
    plural('entitlements', 'What the user is entitled to.', {
      value: valueAndDisplay('An entitlement.'),
    }),
    plural('roles', 'The roles of the user.', { value: valueAndDisplay('A role.') }),
    plural('x509Certificates', 'Certificates of the user.', {
      value: valueAndDisplay('A certificate in DER, as base64.', { type: 'binary' }),
    }),
  ],
};
