import { anyOrder, type Story } from '../exchange.ts';
import {
  makes,
  makesGroup,
  patchesGroup,
  patchesUser,
  patchOf,
  refused,
  shows,
} from '../messages.ts';

const babs = makes('babs', { userName: 'bjensen', displayName: 'Babs Jensen' });
const james = makes('james', { userName: 'jsmith', displayName: 'James Smith' });
const BABS = { display: 'Babs Jensen', $ref: '{{base}}/Users/{{babs}}', value: '{{babs}}' };
const JAMES = { display: 'James Smith', $ref: '{{base}}/Users/{{james}}', value: '{{james}}' };
const ADDRESS = {
  type: 'work',
  streetAddress: '911 Universal City Plaza',
  locality: 'Hollywood',
  region: 'CA',
  postalCode: '91608',
  country: 'US',
  formatted: '911 Universal City Plaza\nHollywood, CA 91608 US',
  primary: true,
};
const whole = '/Groups/{{g}}';

/** The examples of RFC 7644 section 3.5.2.3. */
export const RFC_PATCH_REPLACE: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.5.2.3: replace members',
    exchanges: [
      babs,
      james,
      makes('other', { userName: 'other' }),
      makesGroup('g', { displayName: 'TourGuides', members: [{ value: '{{other}}' }] }),
      patchesGroup('the first example', '{{g}}', [
        { op: 'replace', path: 'members', value: [BABS, JAMES] },
      ]),
      shows('', whole, { members: anyOrder({ value: '{{babs}}' }, { value: '{{james}}' }) }),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.2.3: replace',
    exchanges: [
      makes('u', {
        userName: 'bjensen',
        emails: [
          { value: 'old@example.com', type: 'work' },
          { value: 'older@example.com', type: 'other' },
        ],
        addresses: [
          { type: 'work', locality: 'Elsewhere', region: 'NY' },
          { type: 'home', locality: 'Home' },
        ],
      }),
      patchesUser(
        'the second example: one address',
        '{{u}}',
        [{ op: 'replace', path: 'addresses[type eq "work"]', value: ADDRESS }],
        { addresses: [ADDRESS, { type: 'home', locality: 'Home' }] },
      ),
      patchesUser(
        'the third example: its street',
        '{{u}}',
        [
          {
            op: 'replace',
            path: 'addresses[type eq "work"].streetAddress',
            value: '1010 Broadway Ave',
          },
        ],
        { addresses: [{ ...ADDRESS, streetAddress: '1010 Broadway Ave' }, { type: 'home' }] },
      ),
      patchesUser(
        'the fourth example: several attributes without a path',
        '{{u}}',
        [
          {
            op: 'replace',
            value: {
              emails: [
                { value: 'bjensen@example.com', type: 'work', primary: true },
                { value: 'babs@jensen.org', type: 'home' },
              ],
              nickname: 'Babs',
            },
          },
        ],
        {
          emails: [
            { value: 'bjensen@example.com', type: 'work', primary: true },
            { value: 'babs@jensen.org', type: 'home' },
          ],
          nickName: 'Babs',
          addresses: [{ type: 'work' }, { type: 'home' }],
        },
      ),
      patchesUser(
        'another primary value makes the first one none',
        '{{u}}',
        [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
        {
          emails: [
            { type: 'work', primary: false },
            { type: 'home', primary: true },
          ],
        },
      ),
      patchesUser(
        'of a complex attribute the rest stays',
        '{{u}}',
        [
          { op: 'add', path: 'name', value: { givenName: 'Barbara', familyName: 'Jensen' } },
          { op: 'replace', path: 'name', value: { givenName: 'Babs' } },
        ],
        { name: { givenName: 'Babs', familyName: 'Jensen' } },
      ),
      refused(
        'a filter from which no value can be made, and that finds none',
        patchOf('/Users/{{u}}', [
          { op: 'replace', path: 'emails[value ew "@nowhere"].display', value: 'x' },
        ]),
        [400, 'noTarget'],
      ),
    ],
  },
];
