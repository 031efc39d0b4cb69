import { type ChangeFeed, firstAfter } from './change-feed.ts';
import {
  type DirectoryObject,
  type MemberLink,
  type ObjectState,
  visibleState,
} from './directory-object.ts';

/** One copy of the directory, with all changes up to a sequence. */
export interface Replica {
  readonly sequence: number;
  /** Undefined where it does not know the object. */
  stateOf(object: DirectoryObject): ObjectState | undefined;
  hasMember(group: DirectoryObject, link: MemberLink): boolean;
}

/** The copy that takes the writes: it also knows what no replica shows yet. */
export function primary(feed: ChangeFeed): Replica {
  return {
    sequence: feed.sequence,
    stateOf: (object) => object.state,
    hasMember: (_group, link) => link.present,
  };
}

/** The replica that shows every change that is visible at all. */
export function newestReplica(feed: ChangeFeed): Replica {
  return {
    sequence: feed.sequence,
    stateOf: visibleState,
    hasMember: (_group, link) => link.visible,
  };
}

/** A replica that stands at an earlier sequence. */
export function replicaAt(feed: ChangeFeed, sequence: number): Replica {
  return {
    sequence,
    stateOf: (object) => {
      const superseded = feed.past.versionAt(object, sequence);
      return superseded === undefined ? visibleState(object) : superseded.before;
    },
    hasMember: (group, link) => {
      if (link.last <= sequence) return link.visible;
      const later = changesOf(group, link, sequence);
      // Each change of a membership is the opposite of the one before.
      return later % 2 === 0 ? link.visible : !link.visible;
    },
  };
}

function changesOf(group: DirectoryObject, link: MemberLink, sequence: number): number {
  const history = group.membership?.history ?? [];
  const later = history.slice(firstAfter(history, sequence));
  return later.filter((change) => change.link === link).length;
}
