import type { Alert } from '../sync/alerts/alert.ts';

/** How the telling of an alert by mail and webhook stands. */
export interface Delivery {
  /** Names of those who were told; of people, hashes. */
  readonly done: readonly string[];
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** An alert, and its place among its connection's: earlier ones have greater ones. */
export interface StoredAlert extends Alert {
  readonly place: string;
}

export interface OpenAlert {
  readonly alert: StoredAlert;
  readonly delivery: Delivery;
}

/** Alerts of connections, newest first. */
export interface Alerts {
  /**
   * Writes one down, to be delivered; one that is there already is left as it is.
   * @returns whether it is new
   */
  add(connectionId: string, alert: Alert): Promise<boolean>;
  /**
   * Notes on one that what it tells of is over; one that is not there is left so.
   * @param until ISO 8601
   */
  end(
    connectionId: string,
    alert: Pick<Alert, 'kind' | 'at' | 'subject'>,
    until: string,
  ): Promise<void>;
  list(
    connectionId: string,
    page: { readonly size: number; readonly after?: string },
  ): Promise<readonly StoredAlert[]>;
  /** Those that somebody has yet to be told of, oldest last. */
  open(connectionId: string): Promise<readonly OpenAlert[]>;
  /** Null: everybody was told, or it is given up. */
  mark(connectionId: string, place: string, delivery: Delivery | null): Promise<void>;
  /** Which of these a person has read. */
  readBy(
    connectionId: string,
    person: string,
    places: readonly string[],
  ): Promise<ReadonlySet<string>>;
  setRead(
    connectionId: string,
    person: string,
    places: readonly string[],
    isRead: boolean,
  ): Promise<void>;
  /** Removes what began before a time, with all marks on it. */
  expire(connectionId: string, before: number): Promise<void>;
}
