import { TEXT_FUNCTIONS } from '../../../../lib/sync/expressions/text-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const names = { first: 'John', last: 'Smith' };

const ROWS: Readonly<Record<string, Rows>> = {
  Append: {
    examples: [
      ['Append([upn], ".test")', { upn: 'John.Doe@contoso.com' }, 'John.Doe@contoso.com.test'],
      ['Append(Mid([g], 1, 3), Mid([s], 1, 5))', { g: 'John', s: 'Doe' }, 'JohDoe'],
      ['Append(12, True)', {}, '12True'],
      ['Append([phones], "#")', { phones: ['1'] }, '1#'],
    ],
    nulls: [
      ['Append([a], "@contoso.com")', {}, null],
      ['Append("a", [b])', {}, 'a'],
    ],
    errors: [
      ['Append("a")', {}, 'Append: takes 2 arguments, not 1 (at 0)'],
      ['Append([a], "b")', { a: ['1', '2'] }, 'Append: argument 1 is no single value (at 0)'],
    ],
  },
  InStr: {
    examples: [
      ['InStr("The quick brown fox","quick")', {}, 5],
      ['InStr("repEated","e",3,vbBinaryCompare)', {}, 7],
      ['InStr("repEated","e",3,vbTextCompare)', {}, 4],
      ['InStr("Straße","STRASSE",,vbTextCompare)', {}, 0],
      ['InStr("abc","x")', {}, 0],
      ['InStr("abc","",2)', {}, 2],
      ['InStr("abc","c",9)', {}, 0],
    ],
    nulls: [
      ['InStr([a],"x")', {}, 0],
      ['InStr("x",[a])', {}, 0],
    ],
    errors: [
      ['InStr("a","a",0)', {}, 'InStr: start begins at 1 (at 0)'],
      [
        'InStr("a","a",1,"exact")',
        {},
        'InStr: compareType is vbTextCompare or vbBinaryCompare (at 0)',
      ],
    ],
  },
  Left: {
    examples: [
      ['Left("John Doe", 3)', {}, 'Joh'],
      ['Left("John Doe", 0)', {}, ''],
      ['Left("John Doe", -1)', {}, 'John Doe'],
      ['Left("Joh", 9)', {}, 'Joh'],
    ],
    nulls: [['Left([a], 3)', {}, '']],
    errors: [['Left("a", "b")', {}, 'Left: argument 2 is no whole number (at 0)']],
  },
  Len: {
    examples: [
      ['Len("John")', {}, 4],
      ['Len("")', {}, 0],
      ['Len("😀")', {}, 2],
    ],
    nulls: [['Len([a])', {}, 0]],
    errors: [['Len([a])', { a: ['1', '2'] }, 'Len: argument 1 is no single value (at 0)']],
  },
  Mid: {
    examples: [
      ['Mid("John Doe", 1, 3)', {}, 'Joh'],
      ['Mid("John Doe", 6, 99)', {}, 'Doe'],
      ['Mid("John Doe", 9, 1)', {}, ''],
      ['Mid("John Doe", 99, 1)', {}, ''],
      ['Mid("SMTP:ada", 6)', {}, 'ada'],
      ['Mid("abc", 2, 0)', {}, ''],
    ],
    nulls: [['Mid([a], 1, 3)', {}, '']],
    errors: [
      ['Mid("abc", 0, 1)', {}, 'Mid: start begins at 1 (at 0)'],
      ['Mid("abc", 1, -1)', {}, 'Mid: length is negative (at 0)'],
    ],
  },
  NormalizeDiacritics: {
    examples: [
      ['NormalizeDiacritics([givenName])', { givenName: 'Zoë' }, 'Zoe'],
      ['NormalizeDiacritics("Jürgen Groß Łukasz Ærø")', {}, 'Jurgen Gross Lukasz AEroe'],
    ],
    nulls: [['NormalizeDiacritics([givenName])', {}, null]],
    errors: [
      ['NormalizeDiacritics("a","b")', {}, 'NormalizeDiacritics: takes 1 argument, not 2 (at 0)'],
    ],
  },
  PCase: {
    examples: [
      ['PCase([a])', { a: 'PABLO GONSALVES (SECOND)' }, 'Pablo Gonsalves (Second)'],
      ['PCase([a]," \'-")', { a: "PINTO-DE'SILVA" }, "Pinto-De'Silva"],
      ['PCase(Join(" ",[f],[l]))', { f: 'GREGORY', l: 'JAMES' }, 'Gregory James'],
      ['PCase("o\'brien mc_donald 3rd", )', {}, "O'brien Mc_Donald 3Rd"],
      ['PCase("ann-marie x", " ")', {}, 'Ann-marie X'],
    ],
    nulls: [
      ['PCase([a])', {}, null],
      ['PCase("ann-marie", [a])', {}, 'Ann-Marie'],
    ],
    errors: [['PCase("a"," ","b")', {}, 'PCase: takes 1 to 2 arguments, not 3 (at 0)']],
  },
  StripSpaces: {
    examples: [['StripSpaces(" a b\tc ")', {}, 'ab\tc']],
    nulls: [['StripSpaces([a])', {}, null]],
    errors: [
      ['StripSpaces([a])', { a: { b: 'c' } }, 'StripSpaces: argument 1 is no single value (at 0)'],
    ],
  },
  ToLower: {
    examples: [
      [
        'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".",  [first], [last]))), "contoso.com"))',
        names,
        'john.smith@contoso.com',
      ],
      ['ToLower("ΣΑΣ İI")', {}, 'σασ İi'],
      ['ToLower("IĞ", "tr-TR")', {}, 'ığ'],
      ['ToLower("I", "")', {}, 'i'],
    ],
    nulls: [
      ['ToLower([a])', {}, null],
      ['ToLower("A", [culture])', {}, 'a'],
    ],
    errors: [
      [
        'ToLower([a], "no culture")',
        {},
        'ToLower: the culture is no language tag, such as en-US (at 0)',
      ],
    ],
  },
  ToUpper: {
    examples: [
      ['ToUpper("straße ı é")', {}, 'STRAßE ı É'],
      ['ToUpper("i", "tr-TR")', {}, 'İ'],
      ['ToUpper("i", )', {}, 'I'],
    ],
    nulls: [['ToUpper([a], "de-DE")', {}, null]],
    errors: [
      [
        'ToUpper("a", [c])',
        { c: '!' },
        'ToUpper: the culture is no language tag, such as en-US (at 0)',
      ],
    ],
  },
  Word: {
    examples: [
      ['Word("The quick brown fox",3," ")', {}, 'brown'],
      ['Word("This,string!has&many separators",3,",!&#")', {}, 'has'],
      ['Word("a b",3," ")', {}, ''],
      ['Word("a b",0," ")', {}, ''],
      ['Word(",,a,,b,",2,",")', {}, 'b'],
      ['Word("a b",1,"")', {}, 'a b'],
    ],
    nulls: [
      ['Word([a],1," ")', {}, ''],
      ['Word("a b",1,[a])', {}, 'a b'],
    ],
    errors: [['Word("a",[n]," ")', {}, 'Word: argument 2 is no whole number (at 0)']],
  },
};

describeRows('text functions', TEXT_FUNCTIONS, ROWS);
