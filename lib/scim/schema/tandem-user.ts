import type { Schema } from './attribute.ts';
import { attribute } from './define.ts';

/** Tandem's own extension of users (docs/rules.md, "Aliases, and Tandem's own attributes"). */
export const TANDEM_USER: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User',
  name: 'TandemUser',
  description: 'What Tandem adds to users',
  attributes: [
    attribute('aliases', 'Names by which the user may sign in beside the user name.', {
      multiValued: true,
    }),
    attribute('tag', 'Where the user comes from.'),
    attribute('signInMethod', 'How the user signs in.'),
  ],
};
