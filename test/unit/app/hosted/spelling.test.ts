import { describe, expect, it } from 'vitest';
import { spellingOf } from '../../../../lib/app/hosted/spelling.ts';
import { hasCode } from '../../../../lib/errors.ts';
import { DEFAULT_MAPPINGS } from '../../../../lib/sync/mapping.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const defaults = (['user', 'group'] as const).flatMap((kind) =>
  DEFAULT_MAPPINGS[kind].mappings.map(({ target }) => [kind, target] as const),
);

describe('how the directory spells a name', () => {
  it.each([
    ['title', 'title'],
    ['DisplayName', 'displayName'],
    ['name.GivenName', 'name.givenName'],
    ['emails[type eq "Work"].value', 'emails[type eq "work"].value'],
    ['emails[type eq "work"]', 'emails[type eq "work"].value'],
    ['entitlements', 'entitlements'],
    [`${ENTERPRISE.toLowerCase()}:Department`, `${ENTERPRISE}:department`],
    ['urn:example:2.0:User:badge', 'urn:example:2.0:User:badge'],
    ['badge[type eq "door"].value', 'badge[type eq "door"].value'],
  ])('%s is %s', (name, spelled) => {
    expect(spellingOf('user', name)).toBe(spelled);
  });

  it.each(defaults)('has the default target of a %s %s as it stands', (kind, target) => {
    expect(spellingOf(kind, target)).toBe(target);
  });

  it.each(['emails.value', 'id', 'meta.created', 'active'])('refuses %s', (name) => {
    let refused: unknown;
    try {
      spellingOf('user', name);
    } catch (error) {
      refused = error;
    }
    expect(hasCode(refused, 'bad-request')).toBe(true);
  });
});
