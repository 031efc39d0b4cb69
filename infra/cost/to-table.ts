import type { Estimate, Line } from './estimate.ts';
import { UNCONFIRMED } from './price-sources.ts';
import type { Prices } from './prices.ts';
import type { Load, Usage } from './usage.ts';

const COLUMNS = [
  ['Graph requests', 'graphRequests'],
  ['messages', 'messages'],
  ['transactions', 'transactions'],
  ['executions', 'executions'],
] as const satisfies readonly (readonly [string, keyof Usage])[];

/** An estimate for people. */
export function toTable(load: Load, { monthly, dollarsAMonth, once }: Estimate, prices: Prices) {
  const heads = ['a month', ...COLUMNS.map(([head]) => head), 'USD'];
  const total: Line = { name: 'together', dollars: dollarsAMonth };
  const rows = [heads, ...[...monthly, total].map(cellsOf), [], cellsOf({ ...once })];
  const widths = heads.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
  return `${[headline(load), '', ...lines, '', footnote(prices)].join('\n')}\n`;
}

function cellsOf({ name, usage, dollars }: Line): readonly string[] {
  const counts = COLUMNS.map(([, key]) => (usage ? number(usage[key]) : ''));
  return [name, ...counts, dollars.toFixed(2)];
}

function headline({ connections, users, groups, memberships, changesPerDay }: Load): string {
  const [each, many] = [[users, groups, memberships].map(number), number(connections)];
  return `${many} connections, each of ${each[0]} users, ${each[1]} groups, ${each[2]} memberships; ${number(changesPerDay)} changes a day`;
}

function footnote({ region, asOf }: Prices): string {
  return [
    `List prices of ${region}, ${asOf}, a snapshot: yours may differ. An upper bound: executions that`,
    'overlap on an instance are billed once. Graph charges nothing. Imports are paid once.',
    `Not confirmed by any page: ${UNCONFIRMED.join(', ')}. --json says where the others were seen.`,
  ].join('\n');
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
