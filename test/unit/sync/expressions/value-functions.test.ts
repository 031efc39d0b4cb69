import { expect, it } from 'vitest';
import { evaluate } from '../../../../lib/sync/expressions/evaluate.ts';
import { parseExpression } from '../../../../lib/sync/expressions/expression.ts';
import { VALUE_FUNCTIONS } from '../../../../lib/sync/expressions/value-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const ROWS: Readonly<Record<string, Rows>> = {
  BitAnd: {
    examples: [
      ['BitAnd(&HF, &HF7)', {}, 7],
      ['BitAnd([uac], 2)', { uac: 514 }, 2],
      ['BitAnd([uac], &H2)', { uac: '512' }, 0],
      ['BitAnd([groupType], &H80000000)', { groupType: -2147483646 }, 2147483648],
      ['BitAnd(9223372036854775807, 9223372036854775806)', {}, '9223372036854775806'],
    ],
    nulls: [['BitAnd([uac], 2)', {}, null]],
    errors: [
      ['BitAnd([a], 2)', { a: 'x' }, 'BitAnd: argument 1 is no whole number (at 0)'],
      ['BitAnd(1, [a])', { a: 1.5 }, 'BitAnd: argument 2 is no whole number (at 0)'],
      ['BitAnd([a], 1)', { a: 1e300 }, 'BitAnd: argument 1 is no whole number (at 0)'],
    ],
  },
  CBool: {
    examples: [
      ['CBool([a] = [b])', { a: 'x', b: 'x' }, true],
      ['CBool([a] = [b])', { a: 'x', b: 'X' }, false],
      ['CBool(-1)', {}, true],
      ['CBool(0)', {}, false],
      ['CBool("false")', {}, false],
      ['CBool([a])', { a: '1' }, true],
      ['CBool("")', {}, false],
    ],
    nulls: [['CBool([a])', {}, false]],
    errors: [['CBool("yes")', {}, 'CBool: argument 1 is no truth value (at 0)']],
  },
  CStr: {
    examples: [
      ['CStr([dn])', { dn: 'cn=Joe,dc=contoso,dc=com' }, 'cn=Joe,dc=contoso,dc=com'],
      ['CStr([enabled])', { enabled: true }, 'True'],
      ['CStr(-12)', {}, '-12'],
    ],
    nulls: [['CStr([a])', {}, null]],
    errors: [['CStr([a])', { a: { b: 1 } }, 'CStr: argument 1 is no single value (at 0)']],
  },
  DefaultDomain: {
    examples: [
      ['DefaultDomain()', {}, 'contoso.com'],
      ['Join("@", [alias], DefaultDomain())', { alias: 'ada' }, 'ada@contoso.com'],
    ],
    nulls: [['IsNull(DefaultDomain())', {}, false]],
    errors: [['DefaultDomain("x")', {}, 'DefaultDomain: takes 0 arguments, not 1 (at 0)']],
  },
  Error: {
    examples: [
      [
        'IIF(IsPresent([accountName]),[accountName],Error("AccountName is required"))',
        { accountName: 'ada' },
        'ada',
      ],
    ],
    nulls: [['IIF([a] = "x", Error("no"), [a])', {}, null]],
    errors: [
      [
        'IIF(IsPresent([accountName]),[accountName],Error("AccountName is required"))',
        {},
        'Error: AccountName is required (at 43)',
      ],
      [
        'Error([displayName])',
        { displayName: 'Ada' },
        'Error: the expression raises an error with a text of its own (at 0)',
      ],
    ],
  },
  IsString: {
    examples: [
      ['IsString("x")', {}, true],
      ['IsString(1)', {}, true],
      ['IsString([a])', { a: ['1', '2'] }, false],
      ['IsString([a])', { a: ['1'] }, true],
      ['IsString([a])', { a: { b: 'c' } }, false],
    ],
    nulls: [['IsString([a])', {}, false]],
    errors: [['IsString(Item([a], 2))', { a: 'x' }, 'Item: there is no such value (at 9)']],
  },
  Redact: {
    examples: [
      ['Redact([upn])', { upn: 'ada' }, 'ada'],
      ['Redact("StringToBeRedacted")', {}, 'StringToBeRedacted'],
      ['Len(Redact(RandomString(6,3,0,0,3)))', {}, 6],
    ],
    nulls: [['Redact([a])', {}, null]],
    errors: [['Redact()', {}, 'Redact: takes 1 argument, not 0 (at 0)']],
  },
};

describeRows('value functions', VALUE_FUNCTIONS, ROWS);

it('takes an unknown default domain for null', () => {
  const expression = parseExpression('DefaultDomain()');
  expect(evaluate(expression, {}, { now: 0, random: () => 0 })).toBeNull();
});
