import { LIST_FUNCTIONS } from '../../../../lib/sync/expressions/list-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const ROWS: Readonly<Record<string, Rows>> = {
  Count: {
    examples: [
      ['Count([a])', { a: ['1', '2', '2'] }, 3],
      ['Count([a])', { a: 'one' }, 1],
    ],
    nulls: [
      ['Count([a])', {}, 0],
      ['Count([a])', { a: [] }, 0],
    ],
    errors: [['Count()', {}, 'Count: takes 1 argument, not 0 (at 0)']],
  },
  Item: {
    examples: [
      ['Item([proxyAddresses], 1)', { proxyAddresses: ['SMTP:a', 'smtp:b'] }, 'SMTP:a'],
      ['Item([proxyAddresses], "2")', { proxyAddresses: ['SMTP:a', 'smtp:b'] }, 'smtp:b'],
      ['Item("only", 1)', {}, 'only'],
    ],
    nulls: [
      ['Coalesce(Item([a], 1), "none")', {}, 'none'],
      ['Item([a], 1)', { a: [null, 'x'] }, null],
    ],
    errors: [
      ['Item([a], 1)', {}, 'Item: there is no such value (at 0)'],
      ['Item([a], 3)', { a: ['1', '2'] }, 'Item: there is no such value (at 0)'],
      ['Item([a], 0)', { a: ['1', '2'] }, 'Item: there is no such value (at 0)'],
      ['Item([a], [n])', { a: ['1'] }, 'Item: argument 2 is no whole number (at 0)'],
    ],
  },
  Join: {
    examples: [
      ['Join(", ", "", [s], [g])', { s: 'Doe', g: 'John' }, 'Doe, John'],
      ['Join(";", [a], "x", 7)', { a: ['1', '2'] }, '1;2;x;7'],
      ['Join("", "a", True)', {}, 'aTrue'],
    ],
    nulls: [
      ['Join(" ", [g], [s])', { s: 'Doe' }, 'Doe'],
      ['Join(" ", [g], [s])', {}, ''],
      ['Join([sep], "a", "b")', {}, 'ab'],
    ],
    errors: [
      ['Join(",")', {}, 'Join: takes at least 2 arguments, not 1 (at 0)'],
      ['Join(",", [a])', { a: [{ b: 1 }] }, 'Join: argument 2 holds what is no text (at 0)'],
      ['Join(",", "a",)', {}, 'Join: argument 3 is empty (at 14)'],
    ],
  },
  RemoveDuplicates: {
    examples: [
      ['RemoveDuplicates([a])', { a: ['x', 'y', 'x', 'X'] }, ['x', 'y', 'X']],
      ['RemoveDuplicates([a])', { a: 'x' }, 'x'],
    ],
    nulls: [['RemoveDuplicates([a])', {}, null]],
    errors: [['RemoveDuplicates([a],[b])', {}, 'RemoveDuplicates: takes 1 argument, not 2 (at 0)']],
  },
  Split: {
    examples: [
      [
        'Split([extensionAttribute5], ",")',
        { extensionAttribute5: 'PermissionSetOne, PermissionSetTwo' },
        ['PermissionSetOne', 'PermissionSetTwo'],
      ],
      ['Split("a,,b", ",")', {}, ['a', '', 'b']],
      ['Split("a->b", "->")', {}, ['a', 'b']],
      ['Split("", ",")', {}, ['']],
    ],
    nulls: [['Split([a], ",")', {}, null]],
    errors: [
      ['Split("a", "")', {}, 'Split: the delimiter is empty (at 0)'],
      ['Split("a", [d])', {}, 'Split: the delimiter is empty (at 0)'],
    ],
  },
  Trim: {
    examples: [
      ['Trim(" Test ")', {}, 'Test'],
      ['Trim([proxyAddresses])', { proxyAddresses: [' a', 'b '] }, ['a', 'b']],
      ['Trim("\u00a0\u0085x\u2003")', {}, 'x'],
      ['Trim(7)', {}, '7'],
    ],
    nulls: [['Trim([a])', {}, null]],
    errors: [['Trim([a])', { a: [{ b: 'c' }, 'd'] }, 'Trim: a value is no text (at 0)']],
  },
};

describeRows('list functions', LIST_FUNCTIONS, ROWS);
