import { expect, it } from 'vitest';
import { addressOf, filled, valuesFor, welcomeSettingsSchema } from '../../../lib/sync/welcome.ts';

const VALUES = {
  displayName: 'Ada {{pin}}',
  givenName: 'Ada',
  familyName: 'L',
  userName: 'ada@contoso.example',
  pin: '012345',
  expires: '2026-02-08',
};

it.each([
  ['Hello {{givenName}}, {{ pin }}.', 'Hello Ada, 012345.'],
  ['no braces', 'no braces'],
  ['{{pin}}{{pin}}', '012345012345'],
  // A value is no template.
  ['{{displayName}}', 'Ada {{pin}}'],
  ['a } b { c }} d', 'a } b { c }} d'],
])('%s', (template, expected) => {
  expect(filled(template, VALUES)).toBe(expected);
});

it('no value is longer than a name may be', () => {
  expect(filled('{{givenName}}', { ...VALUES, givenName: 'x'.repeat(500) })).toHaveLength(200);
});

const settings = { subject: 's', text: 't', digits: 8, days: 7 };

it.each(['{{password}}', '{{pin', '{{}}', '{{__proto__}}', '{{{{pin}}}}'])(
  'a template with %s is refused',
  (text) => {
    expect(welcomeSettingsSchema.safeParse({ ...settings, text }).success).toBe(false);
  },
);

it.each(['{{pin}}', 'a }} b', '{ {pin} }', '{{ expires }}'])(
  'a template with %s is taken',
  (text) => {
    expect(welcomeSettingsSchema.safeParse({ ...settings, text }).success).toBe(true);
  },
);

it('of a user without a name the userName is used', () => {
  const values = valuesFor({ attributes: { userName: 'ada' } }, { pin: '1', expires: 'e' });
  expect(values).toMatchObject({ displayName: 'ada', givenName: '', userName: 'ada', pin: '1' });
});

const WORK = 'emails[type eq "work"].value';

it.each([
  [{ [WORK]: 'ada@contoso.example', userName: 'x@y.example' }, 'ada@contoso.example'],
  [{ userName: 'x@y.example' }, 'x@y.example'],
  [{ [WORK]: 'no address', userName: 'x@y.example' }, 'x@y.example'],
  [{ userName: 'ada' }, undefined],
  [{ [WORK]: 'a@b.example\r\nBcc: e@evil.example' }, undefined],
])('%j gets mail at %s', (attributes, expected) => {
  expect(addressOf({ attributes })).toBe(expected);
});
