import { REPLACE_FUNCTIONS } from '../../../../lib/sync/expressions/replace-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const phone = '"\\\\+(?<isdCode>\\\\d* )(?<phoneNumber>\\\\d{10})"';

const ROWS: Readonly<Record<string, Rows>> = {
  Replace: {
    examples: [
      [
        'Replace([t],"Product Developer", , , "Software Engineer", , )',
        { t: 'Product Developer' },
        'Software Engineer',
      ],
      [
        'Replace([u],"<username>", , , , , "<username>@contoso.com")',
        { u: 'jsmith' },
        'jsmith@contoso.com',
      ],
      [`Replace([t], , ${phone}, , "\${phoneNumber}", , )`, { t: '+91 9998887777' }, '9998887777'],
      // The docs leave out the plus sign, which the pattern leaves in.
      ['Replace([m], , "[()\\\\s-]+", , "", , )', { m: '+1 (999) 888-7777' }, '+19998887777'],
      [
        'Replace([a], ,"(?<streetNumber>^\\\\d*)","streetNumber", "888", , )',
        { a: '545 Tremont Street' },
        '888 Tremont Street',
      ],
      [
        'Replace([u], , "(?<Suffix>@(.)*)", "Suffix", "", , )',
        { u: 'jsmith@contoso.com' },
        'jsmith',
      ],
      [
        `Replace([t], , ${phone}, "phoneNumber" , , [m], )`,
        { t: '', m: '+91 8887779999' },
        '8887779999',
      ],
      [`Replace([t], , ${phone}, "phoneNumber" , , [m], )`, { t: '1', m: '+91 8887779999' }, '1'],
      [`Replace([t], , ${phone}, "phoneNumber" , , [m], )`, { m: 'none' }, null],
      ['Replace([n], , "[a-zA-Z_]*", , "", , )', { n: 'john_doe72' }, '72'],
      ['Replace([mail], "@contoso.com", , ,"", ,)', { mail: 'john.doe@contoso.com' }, 'john.doe'],
      ['Replace("a.A.a", "a", , , "$&")', {}, '$&.A.$&'],
      ['Replace([a], , [p], , "-")', { a: 'x1y', p: '[0-9]' }, 'x-y'],
      ['Replace("a-b", , "(a)|(b)", "2", "x")', {}, 'a-x'],
    ],
    nulls: [
      ['Replace([a],"x", , , "y", , )', {}, null],
      ['Replace("axb",[a], , , "y", , )', {}, 'axb'],
      ['Replace("axb","x", , , [a], , )', {}, 'ab'],
      ['Replace([u],"<u>", , , , , "<u>@contoso.com")', {}, null],
      ['Replace([a], ,"x", , "y", , )', {}, null],
      ['Replace("axb", ,[a], , "y", , )', {}, 'axb'],
      ['Replace([a], ,"(x)","1", "y", , )', {}, null],
      [`Replace([t], , ${phone}, "phoneNumber" , , [m], )`, {}, null],
    ],
    errors: [
      [
        'Replace([a], "x", "y", , "z")',
        {},
        'Replace: oldValue and regexPattern exclude each other (at 0)',
      ],
      [
        'Replace([a], , , , "z")',
        {},
        'Replace: takes oldValue with replacementValue or template, or regexPattern with replacementValue, or with regexGroupName and replacementAttributeName (at 0)',
      ],
      ['Replace([a], , "(", , "z")', {}, 'Replace: a parenthesis is not closed (at 15)'],
      ['Replace([a], , "(?<n>x)", "m", "z")', {}, 'Replace: the pattern has no such group (at 26)'],
      [
        'Replace([a], , [p], , "z")',
        { a: 'x', p: '(?=x)' },
        'Replace: look-ahead and look-behind are not supported (at 15)',
      ],
    ],
  },
};

describeRows('replace functions', REPLACE_FUNCTIONS, ROWS);
