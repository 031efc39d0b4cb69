import { z } from 'zod';
import { deleteRows } from '../azure/delete-rows.ts';
import { type Row, type StoredRow, type Table, TRANSACTION_LIMIT } from '../azure/tables.ts';
import type { Report, Ties } from '../ports/lanes.ts';
import { after, idOf, REPORTS_PREFIX, reportKey, reportPrefix, reportsPartition } from './keys.ts';

const rowSchema = z.object({ appId: z.string() });

/** Users who wait for their managers, in the table `links`: in one partition, in the managers' order. */
export function openReports(
  table: Table,
): Pick<Ties, 'noteReports' | 'reportsOf' | 'forgetReports'> {
  return {
    noteReports: async (connectionId, reports) => {
      const partitionKey = reportsPartition(connectionId);
      const rows = new Map(
        reports.map((report): [string, Row] => {
          const rowKey = reportKey(report);
          return [rowKey, { partitionKey, rowKey, v: 1, appId: report.appId }];
        }),
      );
      const all = [...rows.values()];
      for (let at = 0; at < all.length; at += TRANSACTION_LIMIT) {
        const some = all.slice(at, at + TRANSACTION_LIMIT);
        await table.write(some.map((row) => ({ op: 'put', row })));
      }
    },
    reportsOf: async (connectionId, managerIds) => {
      const prefixes = managerIds === 'any' ? [REPORTS_PREFIX] : managerIds.map(reportPrefix);
      const sorted = prefixes.toSorted();
      const [first, last] = [sorted[0], sorted.at(-1)];
      if (first === undefined || last === undefined) return [];
      const asked = new Set(managerIds);
      const isAsked = ({ managerId }: Report) => managerIds === 'any' || asked.has(managerId);
      const found: Report[] = [];
      // Few wait, if anybody does: one look at all between the first and the last costs the least.
      const bounds = { partitionKey: reportsPartition(connectionId), from: first, to: after(last) };
      for await (const page of table.range(bounds))
        found.push(...page.map(toReport).filter(isAsked));
      return found;
    },
    forgetReports: (connectionId, reports) =>
      deleteRows(table, reportsPartition(connectionId), [...new Set(reports.map(reportKey))]),
  };
}

function toReport(row: StoredRow): Report {
  const [, managerId = '', entraId = ''] = row.rowKey.split(':');
  return { managerId: idOf(managerId), entraId: idOf(entraId), appId: rowSchema.parse(row).appId };
}
