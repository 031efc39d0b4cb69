import { CONDITION_FUNCTIONS } from '../../../../lib/sync/expressions/condition-functions.ts';
import { IGNORED } from '../../../../lib/sync/expressions/evaluate.ts';
import { describeRows, type Rows } from './rows.ts';

const names = { first: 'John', last: 'Smith' };

const ROWS: Readonly<Record<string, Rows>> = {
  Coalesce: {
    examples: [
      ['Coalesce([mail],[upn])', { upn: 'John.Doe@contoso.com' }, 'John.Doe@contoso.com'],
      ['Coalesce([mail],[upn])', { mail: '', upn: 'x' }, ''],
      ['Coalesce(Item([a], 2), "none")', { a: ['1'] }, 'none'],
    ],
    nulls: [
      ['Coalesce([a],[b])', { a: null }, null],
      ['Coalesce([a],[b], "")', {}, ''],
    ],
    errors: [
      ['Coalesce()', {}, 'Coalesce: takes at least 1 argument, not 0 (at 0)'],
      ['Coalesce(CDate("x"), "y")', {}, 'CDate: the text is no date (at 9)'],
    ],
  },
  IgnoreFlowIfNullOrEmpty: {
    examples: [
      ['IgnoreFlowIfNullOrEmpty([department])', { department: 'IT' }, 'IT'],
      [
        'IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr.", "3444", "Prof."))',
        { prefix: '3444' },
        'Prof.',
      ],
      [
        'IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr.", "3444", "Prof."))',
        { prefix: '1' },
        IGNORED,
      ],
      ['IgnoreFlowIfNullOrEmpty([active])', { active: false }, false],
      ['Join("-", "a", IgnoreFlowIfNullOrEmpty([b]))', {}, IGNORED],
    ],
    nulls: [
      ['IgnoreFlowIfNullOrEmpty([department])', {}, IGNORED],
      ['IgnoreFlowIfNullOrEmpty([department])', { department: '' }, IGNORED],
      ['IgnoreFlowIfNullOrEmpty(Item([a], 1))', {}, IGNORED],
    ],
    errors: [
      ['IgnoreFlowIfNullOrEmpty()', {}, 'IgnoreFlowIfNullOrEmpty: takes 1 argument, not 0 (at 0)'],
      ['IgnoreFlowIfNullOrEmpty(CDate("x"))', {}, 'CDate: the text is no date (at 24)'],
    ],
  },
  IIF: {
    examples: [
      ['IIF([country]="USA",[country],[department])', { country: 'USA', department: 'IT' }, 'USA'],
      ['IIF([country]="USA",[country],[department])', { country: 'NO', department: 'IT' }, 'IT'],
      [
        'IIF([country]="USA",IIF([state]="CA","True","False"),"False")',
        { country: 'USA', state: 'CA' },
        'True',
      ],
      [
        'IIF([country]="USA","True",IIF([state]="CA","True","False"))',
        { country: 'NO', state: 'CA' },
        'True',
      ],
      [
        'IIF([employeeType]="Intern","t-" & [alias],[alias])',
        { employeeType: 'Intern', alias: 'ada' },
        't-ada',
      ],
      ['IIF([active], 1, 0)', { active: true }, 1],
    ],
    nulls: [
      ['IIF([country]="",  "Other",[country])', {}, null],
      ['IIF([country]="",  "Other","else")', { country: '' }, 'else'],
      ['IIF([country]<>"USA","a","b")', {}, 'b'],
      ['IIF([a]=[b],"same","different")', {}, 'different'],
      ['IIF([active],"a","b")', {}, 'b'],
    ],
    errors: [
      ['IIF([a]="x","y")', {}, 'IIF: takes 3 arguments, not 2 (at 0)'],
      ['IIF([a],"x","y")', { a: 'perhaps' }, 'IIF: argument 1 is no truth value (at 0)'],
      ['IIF(True,"x",)', {}, 'IIF: argument 3 is empty (at 13)'],
    ],
  },
  IsNull: {
    examples: [
      ['IsNull([displayName])', { displayName: 'Ada' }, false],
      ['IsNull([displayName])', { displayName: '' }, false],
    ],
    nulls: [
      ['IsNull([displayName])', {}, true],
      ['IsNull([displayName])', { displayName: null }, true],
      ['IsNull(Item(Split([a], ","), 2))', { a: '1' }, true],
    ],
    errors: [['IsNull(CDate("x"))', {}, 'CDate: the text is no date (at 7)']],
  },
  IsNullOrEmpty: {
    examples: [
      ['IsNullOrEmpty([displayName])', { displayName: 'Ada' }, false],
      ['IsNullOrEmpty([displayName])', { displayName: '' }, true],
      ['IsNullOrEmpty([active])', { active: false }, false],
    ],
    nulls: [
      ['IsNullOrEmpty([displayName])', {}, true],
      ['IsNullOrEmpty(Item([a], 1))', {}, true],
    ],
    errors: [
      [
        'IsNullorEmpty([a])',
        {},
        'IsNullorEmpty is no known function; names are case-sensitive: IsNullOrEmpty (at 0)',
      ],
    ],
  },
  IsPresent: {
    examples: [
      [
        'Switch(IsPresent([m]),[m], IsPresent([skip]),[skip], IsPresent([director]),[director])',
        { skip: 'b', director: 'c' },
        null,
      ],
      ['IsPresent([a])', { a: 'x' }, true],
      ['IsPresent([a])', { a: '' }, false],
    ],
    nulls: [
      ['IsPresent([a])', {}, false],
      ['IsPresent(Item([a], 1))', {}, false],
    ],
    errors: [['IsPresent()', {}, 'IsPresent: takes 1 argument, not 0 (at 0)']],
  },
  Not: {
    examples: [
      ['Not("True")', {}, false],
      ['Not("False")', {}, true],
      ['Not([accountEnabled])', { accountEnabled: true }, false],
      ['Not([accountEnabled])', { accountEnabled: false }, true],
      ['Not("anything")', {}, true],
    ],
    nulls: [['Not([a])', {}, true]],
    errors: [['Not()', {}, 'Not: takes 1 argument, not 0 (at 0)']],
  },
  SelectUniqueValue: {
    examples: [
      [
        'SelectUniqueValue(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [first], [last]))), "contoso.com"), Join("@", NormalizeDiacritics(StripSpaces(Join(".", Mid([first], 1, 1), [last]))), "contoso.com"))',
        names,
        'John.Smith@contoso.com',
      ],
      ['SelectUniqueValue([a], [b])', { a: '', b: 'x' }, 'x'],
    ],
    nulls: [['SelectUniqueValue([a], [b])', {}, null]],
    errors: [
      ['SelectUniqueValue([a])', {}, 'SelectUniqueValue: takes at least 2 arguments, not 1 (at 0)'],
      [
        'ToLower(SelectUniqueValue([a], [b]))',
        {},
        'SelectUniqueValue: can only be the whole expression (at 8)',
      ],
    ],
  },
  Switch: {
    examples: [
      [
        'Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney","QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")',
        { state: 'QLD' },
        'Australia/Brisbane',
      ],
      [
        'Switch(ToLower([statusFlag]), "0", "true", "1", "false", "0")',
        { statusFlag: 'TRUE' },
        '1',
      ],
      ['Switch([statusFlag], "Default Value", "true", "1", "", "0")', { statusFlag: '' }, '0'],
      [
        'Switch([statusFlag], "Default Value", "true", "1", "", "0")',
        { statusFlag: 'True' },
        'Default Value',
      ],
      ['Switch([a], , "False", "True", "True", "False")', { a: false }, 'True'],
      ['Switch([a], "d", 1, "one")', { a: 1 }, 'one'],
    ],
    nulls: [
      ['Switch([statusFlag], "Default Value", "true", "1", "", "0")', {}, '0'],
      ['Switch([a], , "x", "y")', {}, null],
      ['Switch([a], "d", "x", "y")', {}, 'd'],
    ],
    errors: [
      [
        'Switch([a], "d", "x")',
        {},
        'Switch: takes an even number of arguments, at least 4, not 3 (at 0)',
      ],
      [
        'Switch([a], "d", "x", "y")',
        { a: ['1', '2'] },
        'Switch: argument 1 is no single value (at 0)',
      ],
      ['Switch([a], "d", , "y")', {}, 'Switch: argument 3 is empty (at 17)'],
    ],
  },
};

describeRows('condition functions', CONDITION_FUNCTIONS, ROWS);
