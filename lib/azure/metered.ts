import type { EntryStore, Outcome } from '../ports/application.ts';
import type { Watches } from '../ports/connections.ts';
import type { Lanes } from '../ports/lanes.ts';
import type { Clock } from '../ports/platform.ts';
import type { Checkpoints } from '../ports/sync-state.ts';
import { countLosses } from '../sync/losses.ts';
import { pollAgeSeconds } from '../sync/poll-age.ts';
import { telemetry } from './telemetry.ts';
import { currentWork } from './tracing.ts';

// Figures are taken where what they tell is at hand anyway: none of them costs a request.

/** Counts what is written to the application, with the delay since its cause. */
export function meteredEntries(store: EntryStore, connection: string, clock: Clock): EntryStore {
  const done = (operation: string, kind: string, count: number) => {
    if (count === 0) return;
    const labels = { connection, operation, kind };
    telemetry.count('changes.applied', count, labels);
    telemetry.delay(clock.now(), labels);
  };
  return {
    ...store,
    create: async (drafts, slot) => {
      const outcomes = await store.create(drafts, slot);
      done('create', drafts[0]?.kind ?? 'none', succeeded(outcomes));
      return outcomes;
    },
    update: async (changes) => {
      const outcomes = await store.update(changes);
      done('update', changes[0]?.kind ?? 'none', succeeded(outcomes));
      return outcomes;
    },
    remove: async (kind, ids, slot) => {
      const outcomes = await store.remove(kind, ids, slot);
      done('remove', kind, succeeded(outcomes));
      return outcomes;
    },
    addMembers: async (pairs) => {
      await store.addMembers(pairs);
      done('add', 'membership', pairs.length);
    },
    removeMembers: async (pairs) => {
      await store.removeMembers(pairs);
      done('remove', 'membership', pairs.length);
    },
  };
}

function succeeded(outcomes: readonly Outcome<unknown>[]): number {
  return outcomes.filter(({ ok }) => ok).length;
}

/** Tells, whenever the timer's poll loads where it stands, how old the last one is. */
export function meteredCheckpoints(checkpoints: Checkpoints, clock: Clock): Checkpoints {
  return {
    ...checkpoints,
    load: async (connectionId) => {
      const state = await checkpoints.load(connectionId);
      // Others load it too, some of them for a connection that is switched off.
      if (currentWork()?.reason !== 'timer') return state;
      const labels = { connection: connectionId };
      const age = pollAgeSeconds(state.checkpoint, state.run, clock.now());
      if (age !== null) telemetry.gauge('poll.age', age, labels);
      telemetry.gauge('held', countLosses(state.guard.held), labels);
      return state;
    },
  };
}

/** Tells, whenever all lanes of a connection are read, how much could not be brought in step. */
export function meteredLanes(lanes: Lanes): Lanes {
  return {
    ...lanes,
    read: async (connectionId) => {
      const found = await lanes.read(connectionId);
      const failures = found.reduce((sum, lane) => sum + lane.failures, 0);
      telemetry.gauge('failures', failures, { connection: connectionId });
      return found;
    },
  };
}

/** Tells, whenever a subscription was seen to, whether that failed. */
export function meteredWatches(watches: Watches): Watches {
  return {
    ...watches,
    save: async (watch, version) => {
      const saved = await watches.save(watch, version);
      for (const connection of watch.connectionIds)
        telemetry.gauge('subscriptions.failing', watch.problem === null ? 0 : 1, {
          connection,
          resource: watch.resource,
        });
      return saved;
    },
  };
}
