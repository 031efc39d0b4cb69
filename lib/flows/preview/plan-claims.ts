import type { Services } from '../../ports.ts';
import type { Entry } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { ALIASES, type Rules } from '../../sync/rules/rules.ts';
import type { Planning } from './plan-judge.ts';

/** Who is to have which text that only one entry may have, as far as a plan knows. */
export type Claims = ReadonlyMap<string, string>;

/**
 * Attributes of which two objects may make the same value though only one can have it. User names
 * that come as they are from Entra are not among them: there each is there once.
 */
export function claimedBy({ settings, mappings, aliases }: Rules): readonly string[] {
  const unique = mappings.user.mappings.flatMap((mapping) => mapping.unique?.attribute ?? []);
  const isMapped = settings.users.mappings.some(({ target }) => target === 'userName');
  return [...unique, ...(isMapped ? ['userName'] : []), ...(aliases ? [ALIASES] : [])];
}

/** A value as it is claimed; names are compared without case (RFC 7643 section 4.2). */
export function claimText(attribute: string, value: string): string {
  return `${attribute}\n${foldName(value)}`;
}

/** The claim of an object that adopts an entry. */
export function adoptionText(entryId: string): string {
  return claimText('entry', entryId);
}

type Needs = Pick<Services, 'plans' | 'directories'>;

/**
 * The directories, but for the application's matches: they show, beside the entries that are there,
 * those that the plan has foreseen.
 * @param own objects whose own claims do not count
 */
export function withForeseen(
  { plans, directories }: Needs,
  { connection, planId }: Planning,
  own: ReadonlySet<string>,
): Pick<Services, 'directories'> {
  const app: Services['directories']['app'] = (of) => {
    const store = directories.app(of);
    return {
      ...store,
      match: async (kind, attribute, values) => {
        const found = new Map(await store.match(kind, attribute, values));
        const texts = values.map((value) => claimText(attribute, value));
        const claims = await plans.claims(connection.id, planId, texts);
        for (const value of values) {
          const by = claims.get(claimText(attribute, value));
          if (by === undefined || own.has(by)) continue;
          found.set(value, [...(found.get(value) ?? []), foreseen(by)]);
        }
        return found;
      },
    };
  };
  return { directories: { ...directories, app } };
}

function foreseen(externalId: string): Entry {
  const nothing = { active: true, attributes: {}, version: '' };
  return { kind: 'user', id: `foreseen-${externalId}`, externalId, ...nothing };
}
