import type { Comparison } from './compare/compare-sides.ts';
import { describeDifference } from './compare/difference.ts';
import { count, countOf, seconds } from './figures.ts';
import type { Paint } from './paint.ts';
import type { Report } from './report.ts';

const NAMES = {
  initial: 'Initial sync',
  resync: 'Resync',
  incremental: 'Incremental sync',
  rules: 'New rules',
} as const;

/** The report as a table for people. */
export function summaryLines(report: Report, comparison: Comparison, paint: Paint): string[] {
  return [
    '',
    paint('dim', `  ${''.padEnd(18)}${'Entra ID'.padStart(12)}${'application'.padStart(14)}`),
    ...(['users', 'groups', 'memberships'] as const).map((name) => {
      const [entra, app] = [report.entra[name], report.app[name]];
      const mark = entra === app ? paint('green', '✓') : paint('red', '✗');
      const label = name.charAt(0).toUpperCase() + name.slice(1);
      return `  ${label.padEnd(18)}${count(entra).padStart(12)}${count(app).padStart(14)}  ${mark}`;
    }),
    '',
    `  ${verdict(comparison, paint)}`,
    '',
    ...figures(report).map(([label, text]) => `  ${label.padEnd(18)}${text}`),
  ];
}

function verdict({ differences }: Comparison, paint: Paint): string {
  if (differences === 0)
    return paint('green', 'Both sides agree: every object, attribute, manager and membership.');
  return paint('red', `The sides differ: ${countOf(differences, 'difference')}.`);
}

function figures(report: Report): readonly (readonly [string, string])[] {
  const { run, graph, failures } = report;
  const name = NAMES[run.kind];
  const units = countOf(graph.resourceUnits, 'resource unit');
  const requests = countOf(graph.requests, 'request');
  return [
    [name, `${run.state} in ${seconds(run.seconds)}, ${countOf(failures, 'failure')}`],
    ['Microsoft Graph', `${requests}, ${units}, ${countOf(graph.writes, 'write')}`],
    ['Service Bus', countOf(report.bus.messages, 'message')],
    ['Table Storage', countOf(report.tables.transactions, 'transaction')],
    ['Memory', `at most ${count(report.peakRssMb)} MB a worker`],
  ];
}

/** The differences that are shown, a line each. */
export function differenceLines({ differences, first }: Comparison): string[] {
  if (differences === 0) return [];
  const more = differences - first.length;
  return [
    `Entra and the application differ (${countOf(differences, 'difference')}):`,
    ...first.map((difference) => `  ${describeDifference(difference)}`),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
  ];
}
