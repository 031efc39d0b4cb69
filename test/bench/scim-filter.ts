import { compileFilter } from '../../lib/scim/filter/compile-filter.ts';
import { parseFilter } from '../../lib/scim/filter/parse-filter.ts';
import { openSchema } from '../../lib/scim/schema/open-schema.ts';
import type { Resource } from '../../lib/scim/schema/resource-schema.ts';
import { named, type Tell } from './figures.ts';

const USERS = 100_000;
const FILTERS = 10_000;
/** What a thread does before it counts: the first calls are those of code that is not compiled. */
const WARM_UP = 5_000;
const BUDGET_MS = 100;
/** The best time counts: what else the machine does is not the filter's. */
const TIMES = 3;

const USER = openSchema('user', []);

/** One of each kind: two that an index answers otherwise, and three that nothing else answers. */
const MEASURED = {
  userName: 'userName eq "user99999@contoso.com"',
  email: 'emails[type eq "work"].value eq "user99999@contoso.com"',
  emailEnd: 'emails[type eq "work" and value ew "99@contoso.com"]',
  activeAndName: 'active eq true and name.familyName eq "Family 99"',
  lastModified: 'meta.lastModified ge "2026-01-01T12:00:00Z"',
} as const;

/** What it costs to look at every user, and to read a filter. */
export async function benchScimFilter(tell: Tell): Promise<void> {
  const own = named('scim.filter', tell);
  // As they come out of a table: read from JSON.
  const users: readonly Resource[] = JSON.parse(
    JSON.stringify(Array.from({ length: USERS }, (_, n) => inventUser(n))),
  );
  for (const [name, text] of Object.entries(MEASURED)) {
    const matches = compileFilter(parseFilter(text, USER));
    users.slice(0, WARM_UP).forEach(matches);
    let found = 0;
    const times = Array.from({ length: TIMES }, () =>
      millisecondsOf(() => {
        found = users.filter(matches).length;
      }),
    );
    const value = Math.min(...times);
    own({ name, value, unit: `ms for ${USERS} users`, budget: BUDGET_MS });
    own({ name: `${name}.found`, value: found, unit: 'users', budget: null });
  }
  own({
    name: 'read',
    value: millisecondsOf(readFilters),
    unit: `ms for ${FILTERS} filters`,
    budget: null,
  });
}

function readFilters(): void {
  for (let n = 0; n < FILTERS; n += 1) parseFilter(`userName eq "user${n}@contoso.com"`, USER);
}

function inventUser(n: number): Resource {
  const mail = `User${n}@contoso.com`;
  return {
    id: `id-${n}`,
    userName: mail,
    displayName: `Given ${n} Family ${n % 1_000}`,
    active: n % 10 !== 0,
    name: { givenName: `Given ${n}`, familyName: `Family ${n % 1_000}` },
    emails: [
      { value: `home${n}@example.org`, type: 'home' },
      { value: mail, type: 'work', primary: true },
    ],
    meta: {
      resourceType: 'User',
      lastModified: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
    },
  };
}

function millisecondsOf(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}
