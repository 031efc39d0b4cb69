import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../lib/sync/entry.ts';
import { ENTERPRISE } from '../unit/scim/schemas.ts';
import { MemoryStore } from '../unit/scim/server/memory-store.ts';
import { ask, bodyOf, openProvider } from '../unit/scim/server/provider.ts';

/** Hundreds of runs on a machine that may be busy. */
const PATIENCE_MS = 60_000;

/** Paths with one text each, and where their values stand in a resource. */
const PATHS: Readonly<Record<string, (resource: Resource) => unknown>> = {
  displayName: (user) => user.displayName,
  title: (user) => user.title,
  externalId: (user) => user.externalId,
  'name.givenName': (user) => user.name?.givenName,
  'name.familyName': (user) => user.name?.familyName,
  [`${ENTERPRISE}:department`]: (user) => user[ENTERPRISE]?.department,
  [`${ENTERPRISE}:manager`]: (user) => user[ENTERPRISE]?.manager?.value,
  'emails[type eq "work"].value': (user) => ofType(user.emails, 'work')?.value,
  'emails[type eq "home"].value': (user) => ofType(user.emails, 'home')?.value,
  'addresses[type eq "work"].locality': (user) => ofType(user.addresses, 'work')?.locality,
  'phoneNumbers[type eq "mobile"].value': (user) => ofType(user.phoneNumbers, 'mobile')?.value,
};

// biome-ignore lint/suspicious/noExplicitAny: whatever the service says, the model looks into it
type Resource = any;

const ofType = (values: Resource[] = [], type: string) => values.find((one) => one.type === type);

/** One assignment, undefined takes the value away, in one of the ways to say it. */
interface Step {
  readonly path: string;
  readonly value: string | undefined;
  readonly dialect: 'path' | 'key' | 'remove' | 'blank';
  readonly op: 'add' | 'replace';
  readonly isCapital: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  path: fc.constantFrom(...Object.keys(PATHS)),
  value: fc.option(fc.stringMatching(/^[\wäöü .+@"\\-]{0,10}[a-z]$/), { nil: undefined, freq: 3 }),
  dialect: fc.constantFrom('path', 'key', 'remove', 'blank'),
  op: fc.constantFrom('add', 'replace'),
  isCapital: fc.boolean(),
});

function operationOf({ path, value, dialect, op, isCapital }: Step): Json {
  const word = (text: string) => (isCapital ? text[0]?.toUpperCase() + text.slice(1) : text);
  if (value !== undefined)
    return dialect === 'key'
      ? { op: word(op), value: { [path]: value } }
      : { op: word(op), path, value };
  if (dialect === 'key') return { op: word(op), value: { [path]: null } };
  if (dialect === 'blank') return { op: word(op), path, value: '' };
  return { op: word('remove'), path };
}

it(
  'what is answered after any PATCH is what a model says, in both dialects',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        async (requests) => {
          const provider = openProvider(new MemoryStore());
          const made = await ask(provider, 'POST', '/Users', { userName: 'u' });
          const { id } = bodyOf(made);
          const model = new Map<string, string>();
          for (const steps of requests) {
            const Operations = steps.map(operationOf);
            for (const { path, value } of steps)
              if (value === undefined) model.delete(path);
              else model.set(path, value);
            const patched = bodyOf(await ask(provider, 'PATCH', `/Users/${id}`, { Operations }));
            const read = bodyOf(await ask(provider, 'GET', `/Users/${id}`));
            expect(patched).toEqual(read);
            for (const [path, look] of Object.entries(PATHS))
              expect([path, look(read)]).toEqual([path, model.get(path)]);
          }
        },
      ),
      { numRuns: 200 },
    );
  },
  PATIENCE_MS,
);
