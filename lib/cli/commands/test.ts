import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { type Column, tableLines } from '../text/table.ts';
import { type CheckView, testSchema } from '../views.ts';

/** The test that switching on takes. */
export const TEST_COMMANDS: readonly Command[] = [
  {
    name: 'test',
    summary: 'Tests a connection, line by line',
    takes: ['CONNECTION'],
    options: {},
    more: ['Exit code 1 where a line that is required fails.'],
    run: async ({ api, out }, given) => {
      const [id] = wordsOf(given);
      const answer = await api.ask('POST', pathOf('connections', id, 'test'));
      const { passed, checks } = answerOf(testSchema, answer);
      out.show(answer, () => [
        ...tableLines(COLUMNS, checks, out.width),
        ...checks.flatMap(adviceOf),
        '',
        passed ? 'Passed.' : 'Not passed.',
      ]);
      return passed ? EXIT.fine : EXIT.refused;
    },
  },
];

const COLUMNS: readonly Column<CheckView>[] = [
  { title: 'check', of: ({ check }) => check, isWhole: true },
  { title: 'is', of: ({ status }) => status },
  { title: 'needed', of: ({ required }) => (required ? 'yes' : 'no') },
  { title: 'why', of: ({ detail, code }) => detail ?? code },
];

function adviceOf({ check, status, next }: CheckView): string[] {
  return status === 'failed' && next !== undefined ? [`  ${check}: ${next}`] : [];
}
