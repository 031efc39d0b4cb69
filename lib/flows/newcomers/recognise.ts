import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { newcomerIn } from '../../sync/newcomers/marker.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';

const OBJECTS_A_MESSAGE = 1_000;
/** How often the tie of a newborn is waited for: some half an hour in all. */
const TIE_TRIES = 3;

/**
 * Whether an object was just made of an entry, and is not tied to it yet.
 * @param now milliseconds
 */
export function isNewborn(connection: StoredConnection, link: Link, now: number): boolean {
  const { appId, dirty } = link;
  if (appId !== null) return false;
  const isOver = dirty?.reason === 'newborn' && dirty.attempts >= TIE_TRIES && dirty.due <= now;
  return !isOver && madeOf(connection, link) !== undefined;
}

/** Whether an object was made of an entry, and is gone before it was tied: the entry is to follow it. */
export function isGoneUntied(connection: StoredConnection, link: Link, now: number): boolean {
  return link.seen.removed !== undefined && isNewborn(connection, link, now);
}

/** Tells the lanes that had objects made that Entra shows them. */
export async function recognise(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  connection: StoredConnection,
  links: readonly Link[],
): Promise<void> {
  const objects = links.flatMap((link) => {
    const newcomer = madeOf(connection, link);
    const gone = link.seen.removed === undefined ? {} : { removed: true as const };
    return newcomer === undefined ? [] : [{ newcomer, entraId: link.entraId, ...gone }];
  });
  const envelope = outsideRuns(connection, clock.now());
  const messages = [...byLane(objects, ({ newcomer }) => newcomer)].flatMap(([lane, own]) =>
    chunks(own, OBJECTS_A_MESSAGE).map((some) =>
      toLane({ ...envelope, lane, kind: 'recognised' as const, objects: some }),
    ),
  );
  if (messages.length > 0) await bus.send('changes', messages);
}

function madeOf(connection: StoredConnection, { kind, seen }: Link): string | undefined {
  const { users, groups } = rulesOf(connection).settings;
  if (kind === 'user' ? users.create === null : groups.create === null) return undefined;
  return newcomerIn(kind, connection.id, seen.properties, users.create?.marker ?? '');
}
