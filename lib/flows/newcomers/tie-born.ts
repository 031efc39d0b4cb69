import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import type { Entry } from '../../sync/entry.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Half, Link } from '../../sync/link.ts';
import type { Born } from '../../sync/messages.ts';
import { heldAtCreation } from '../../sync/newcomers/draft.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { appOf } from '../sides.ts';

type Needs = Pick<Services, 'bus' | 'clock' | 'directories' | 'firstPasswords'>;

/** An entry and the object that was made of it. */
export interface Made {
  readonly link: Link;
  readonly entraId: string;
}

/** How often an entry that somebody else keeps changing is read again. */
const TRIES = 3;
/** Of an entry that is gone: the object's lane finds out. */
const HELD_NO_MORE: Half = { active: true, attributes: {} };
/** Some kilobytes each. */
const MOST_BORN = 20;

/**
 * Ties entries to the objects that were made of them: the entry carries the object's id, the first
 * password waits to be handed over, and the object's lane is told what both sides held. Each step may
 * be repeated.
 */
export async function tieBorn(
  needs: Needs,
  connection: StoredConnection,
  made: readonly Made[],
): Promise<void> {
  const entries = await named(needs, connection, made, TRIES);
  for (const { link, entraId } of made) {
    const { firstPassword: password } = link.seen;
    if (password !== undefined)
      await needs.firstPasswords.keep(connection.id, entraId, { password, at: needs.clock.now() });
  }
  const rules = rulesOf(connection);
  const born = made.flatMap(({ link, entraId }): Born[] => {
    const { kind, appId, seen } = link;
    if (appId === null) return [];
    const { properties } = seen;
    const entry = entries.get(appId);
    const held = entry
      ? heldAtCreation(entry, properties, rules.flows[kind].attributes)
      : HELD_NO_MORE;
    return [{ kind, entraId, appId, properties, held }];
  });
  await tell(needs, connection, born);
}

/** Has the entries carry the objects' ids; those that are gone are missing. */
async function named(
  needs: Needs,
  connection: StoredConnection,
  made: readonly Made[],
  tries: number,
): Promise<ReadonlyMap<string, Entry>> {
  if (made.length === 0) return new Map();
  const app = appOf(needs, connection);
  const ids = made.map(({ link }) => ({ kind: link.kind, id: link.appId ?? '' }));
  const entries = await readEntries(app, ids);
  const unnamed = made.flatMap((one) => {
    const entry = entries.get(one.link.appId ?? '');
    return entry && entry.externalId !== one.entraId ? [{ one, entry }] : [];
  });
  const outcomes =
    unnamed.length === 0
      ? []
      : await app.update(
          unnamed.map(({ one, entry: { kind, id, version } }) => {
            return { kind, id, version, set: { externalId: one.entraId }, clear: [] };
          }),
        );
  const again = unnamed.filter((_, index) => {
    const outcome = outcomes[index];
    return outcome && !outcome.ok && outcome.reason === 'changed';
  });
  const later =
    tries > 1
      ? await named(
          needs,
          connection,
          again.map(({ one }) => one),
          tries - 1,
        )
      : new Map<string, Entry>();
  return new Map([...entries, ...later]);
}

async function tell(
  { bus, clock }: Needs,
  connection: StoredConnection,
  born: readonly Born[],
): Promise<void> {
  const envelope = outsideRuns(connection, clock.now());
  const messages = [...byLane(born, ({ entraId }) => entraId)].flatMap(([lane, own]) =>
    chunks(own, MOST_BORN).map((objects) =>
      toLane({ ...envelope, lane, kind: 'born' as const, objects }),
    ),
  );
  if (messages.length > 0) await bus.send('changes', messages);
}
