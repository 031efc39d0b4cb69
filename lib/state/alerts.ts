import { createHash } from 'node:crypto';
import { z } from 'zod';
import { deleteRows } from '../azure/delete-rows.ts';
import { emptyRange } from '../azure/empty-range.ts';
import type { Operation, StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Alerts, Delivery, OpenAlert, StoredAlert } from '../ports/alerts.ts';
import { type Alert, alertSchema } from '../sync/alerts/alert.ts';
import { firstRows } from './first-rows.ts';
import { after, reverseTime } from './keys.ts';

/** `a:` alerts, `o:` those that are to be delivered still, `r:` who has read which. */
const ALERTS = 'a:';
const OPEN = 'o:';
const READ = 'r:';

/** The same whenever the same is told. */
const placeOf = ({ at, kind, subject }: Pick<Alert, 'at' | 'kind' | 'subject'>) =>
  `${reverseTime(at)}:${kind}:${subject}`;
const readKey = (place: string, person: string) =>
  `${READ}${place}:${createHash('sha256').update(person).digest('base64url').slice(0, 22)}`;

const NEW: Delivery = { done: [], attempts: 0, dueAt: 0 };
const MOST_OPEN = 50;

/** Alerts in the table `alerts`, a partition a connection. */
export function openAlerts(table: Table): Alerts {
  const rowsOf = (partitionKey: string, prefix: string, page: Page) => {
    const from = page.after === undefined ? prefix : `${prefix}${page.after} `;
    const bounds = { partitionKey, from, to: after(prefix), pageSize: page.size };
    return firstRows(table, bounds);
  };
  return {
    add: async (partitionKey, alert) => {
      const place = placeOf(alert);
      const data = JSON.stringify(alertSchema.parse(alert));
      const open = alert.audience === 'all' ? [openRow(partitionKey, place, data, NEW)] : [];
      const row = { partitionKey, rowKey: `${ALERTS}${place}`, v: 1, data };
      const inserts = [row, ...open].map((one): Operation => ({ op: 'insert', row: one }));
      try {
        await table.write(inserts);
        return true;
      } catch (error) {
        if (hasCode(error, 'state-exists')) return false;
        throw error;
      }
    },
    end: async (partitionKey, ended, until) => {
      const place = placeOf(ended);
      const known = await table.get(partitionKey, `${ALERTS}${place}`);
      if (!known) return;
      const { place: _, ...alert } = toAlert(known);
      const data = JSON.stringify(alertSchema.parse({ ...alert, until }));
      const row = { partitionKey, rowKey: known.rowKey, v: 1, data };
      await table.write([{ op: 'replace', row, etag: known.etag }]);
    },
    list: async (connectionId, page) => (await rowsOf(connectionId, ALERTS, page)).map(toAlert),
    open: async (connectionId) =>
      (await rowsOf(connectionId, OPEN, { size: MOST_OPEN })).map(toOpen),
    mark: async (partitionKey, place, delivery) => {
      const known = await table.get(partitionKey, `${OPEN}${place}`);
      if (!known) return;
      if (delivery === null) return deleteRows(table, partitionKey, [`${OPEN}${place}`]);
      const row = openRow(partitionKey, place, z.string().parse(known.data), delivery);
      await table.write([{ op: 'put', row }]);
    },
    readBy: async (partitionKey, person, places) => {
      const keys = new Map(places.map((place) => [readKey(place, person), place]));
      const rows = await table.getMany(partitionKey, [...keys.keys()], ['v']);
      return new Set([...rows.keys()].flatMap((key) => keys.get(key) ?? []));
    },
    setRead: async (partitionKey, person, places, isRead) => {
      const keys = [...new Set(places)].map((place) => readKey(place, person));
      if (!isRead) return deleteRows(table, partitionKey, keys);
      for (let at = 0; at < keys.length; at += MOST_PUTS)
        await table.write(
          keys
            .slice(at, at + MOST_PUTS)
            .map((rowKey) => ({ op: 'put', row: { partitionKey, rowKey, v: 1 } })),
        );
    },
    expire: async (partitionKey, before) => {
      // Newest first: what is older lies behind.
      for (const prefix of [OPEN, READ, ALERTS])
        await emptyRange(table, {
          partitionKey,
          from: `${prefix}${reverseTime(Math.max(0, before - 1))}`,
          to: after(prefix),
        });
    },
  };
}

interface Page {
  readonly size: number;
  readonly after?: string;
}

/** A transaction takes 100. */
const MOST_PUTS = 100;

function openRow(partitionKey: string, place: string, data: string, delivery: Delivery) {
  const rowKey = `${OPEN}${place}`;
  return { partitionKey, rowKey, v: 1, data, delivery: JSON.stringify(delivery) };
}

function toAlert(row: StoredRow): StoredAlert {
  const alert = alertSchema.parse(JSON.parse(z.string().parse(row.data)));
  return { ...alert, place: row.rowKey.slice(ALERTS.length) };
}

const deliverySchema = z.object({
  done: z.array(z.string()),
  attempts: z.number(),
  dueAt: z.number(),
});

function toOpen(row: StoredRow): OpenAlert {
  const delivery = deliverySchema.parse(JSON.parse(z.string().parse(row.delivery)));
  return { alert: toAlert(row), delivery };
}
