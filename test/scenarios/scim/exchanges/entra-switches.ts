import type { Story } from '../exchange.ts';
import { makes, patchesUser, shows } from '../messages.ts';

const U = '{{u}}';
const whole = '/Users/{{u}}';
const someone = makes('u', {
  userName: 'u@contoso.com',
  displayName: 'Before',
  name: { givenName: 'Before', familyName: 'Before' },
});

/** How Entra switches somebody off and on, in each way that was seen. */
const SWITCHES: readonly (readonly [how: string, off: unknown, on: unknown])[] = [
  [
    'the flag off',
    { op: 'Replace', path: 'active', value: 'False' },
    { op: 'Replace', path: 'active', value: 'True' },
  ],
  [
    'the flag on',
    { op: 'replace', path: 'active', value: false },
    { op: 'replace', path: 'active', value: true },
  ],
  [
    'its own documentation',
    { op: 'Replace', path: 'active', value: false },
    { op: 'Replace', path: 'active', value: true },
  ],
  [
    'add instead of replace',
    { op: 'Add', path: 'active', value: 'False' },
    { op: 'Add', path: 'active', value: 'True' },
  ],
  [
    'no path',
    { op: 'replace', value: { active: false } },
    { op: 'replace', value: { active: true } },
  ],
  [
    'no path and a text',
    { op: 'Replace', value: { active: 'False' } },
    { op: 'Replace', value: { active: 'True' } },
  ],
];

/** Users are switched off and on in each way that Entra has. */
export const ENTRA_SWITCHES: readonly Story[] = SWITCHES.map(([how, off, on]) => ({
  name: `a user is switched off and on with ${how}`,
  exchanges: [
    someone,
    patchesUser('off', U, [off], { id: U, active: false }),
    shows('is off', whole, { active: false, userName: 'u@contoso.com' }),
    patchesUser('on', U, [on], { active: true }),
    shows('is on', whole, { active: true }),
  ],
}));
