import { describe, expect, it } from 'vitest';
import { ExpressionError, parseExpression } from '../../../../lib/sync/expressions/expression.ts';
import { FUNCTIONS } from '../../../../lib/sync/expressions/functions.ts';
import { result } from './rows.ts';

/** Both of Microsoft's references, of application provisioning and of cloud sync. */
const KNOWN = `Append AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate
  Coalesce ConvertFromBase64 ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum
  DefaultDomain DNComponent Error FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull
  IsNullOrEmpty IsPresent IsString Item Join Left Len Mid NormalizeDiacritics Not Now NumFromDate PCase
  RandomString Redact RemoveDuplicates Replace SelectUniqueValue SingleAppRoleAssignment Split
  StringFromSid StripSpaces Switch ToLower ToUpper Trim Word`;

describe('parseExpression', () => {
  it('knows every function of both references', () => {
    expect([...FUNCTIONS.keys()].sort()).toEqual(KNOWN.split(/\s+/).sort());
  });

  it.each([
    ['a text', '"United States"', 'United States'],
    ['escapes', '"Company name: \\"Contoso\\" \\\\"', 'Company name: "Contoso" \\'],
    ['a text with all that means something outside', '"[a], (b) = &"', '[a], (b) = &'],
    ['an attribute', '[givenName]', 'Ada'],
    ['an attribute with a point', '[name.first]', 'Augusta'],
    ['an attribute with blanks around its name', '[ givenName ]', 'Ada'],
    ['an attribute with blanks, commas and quotation marks', '[a, "b" (c)]', 'odd'],
    ['a number', '42', 42],
    ['a negative number', 'CStr(-42)', '-42'],
    ['a hexadecimal number', '&HFF', 255],
    ['a hexadecimal number in lower case', '&hff', 255],
    ['a number that a double cannot hold', '9223372036854775807', '9223372036854775807'],
    ['True', 'CStr(True)', 'True'],
    ['False', 'False', false],
    ['concatenation', '"t-" & [givenName] & 1', 't-Ada1'],
    ['concatenation before comparison', '"a" & "b" = "ab"', true],
    ['concatenation of a hexadecimal number', '"x"&&HF', 'x15'],
    ['concatenation of null', '"a" & [nothing]', 'a'],
    ['a comparison', 'CBool([givenName] = "Ada")', true],
    ['blanks and lines between', ' Append (\n\t[givenName] ,\u00a0"x" ) ', 'Adax'],
    ['no blanks', 'Append([givenName],"x")', 'Adax'],
    ['functions in functions', 'Left(Mid(Trim(" abc "), 2, 2), 1)', 'b'],
    ['an empty argument', 'Switch([nothing], , "x", "y")', null],
    ['empty arguments at the end', 'Replace("axa", "x", , , "", , )', 'aa'],
  ])('reads %s', (_, text, expected) => {
    const entry = { givenName: 'Ada', 'name.first': 'Augusta', 'a, "b" (c)': 'odd' };
    expect(result(text, entry)).toStrictEqual(expected);
  });

  it.each([
    ['', 'the expression is empty', 0],
    ['  ', 'the expression is empty', 0],
    ['"a', 'the text has no closing quotation mark', 0],
    ['Append("a, "b")', '"b" is not expected here', 12],
    ['"a\\d"', 'a backslash in a text is written \\\\, a quotation mark \\"', 2],
    ['"a\\', 'a backslash in a text is written \\\\, a quotation mark \\"', 2],
    ['Trim([a)', 'the attribute has no closing bracket', 5],
    ['[a[b]', 'the attribute has no closing bracket', 0],
    ['Trim([ ])', 'the brackets name no attribute', 5],
    ['Trim(1.5)', 'numbers are whole, and have at most 64 bits', 5],
    ['99999999999999999999', 'numbers are whole, and have at most 64 bits', 0],
    ['BitAnd(&HFFFFFFFFFFFFFFFFF, 1)', 'numbers are whole, and have at most 64 bits', 7],
    ['- 5', 'numbers are whole, and have at most 64 bits', 0],
    ['Trim', 'Trim is no function: attributes stand in brackets, texts in quotation marks', 0],
    [
      'Trim(true)',
      'true is no function: attributes stand in brackets, texts in quotation marks',
      5,
    ],
    ['Trim("a"', 'the expression ends too early', 8],
    ['Trim(', 'the expression ends too early', 5],
    ['Trim("a"))', '")" is not expected here', 9],
    ['"a" "b"', '"\\"" is not expected here', 4],
    ['("a")', '"(" is not expected here', 0],
    ['"a" =', 'the expression ends too early', 5],
    ['[a] = [b] = [c]', '"=" is not expected here', 10],
    ['"a" & , "b"', '"," is not expected here', 6],
    ['Trim(😀)', '"😀" is not expected here', 5],
    ['Trim(\u201ca\u201d)', 'texts stand in straight quotation marks, not in curly ones', 5],
    [
      'Append("a", tolower("B"))',
      'tolower is no known function; names are case-sensitive: ToLower',
      12,
    ],
    ['Iif([a], 1, 2)', 'Iif is no known function; names are case-sensitive: IIF', 0],
    ['CRef([dn])', 'CRef is no known function', 0],
    ['constructor([dn])', 'constructor is no known function', 0],
    ['Append([a], Trim())', 'Trim: takes 1 argument, not 0', 12],
    ['Append([a], Left("a", 1, 2))', 'Left: takes 2 arguments, not 3', 12],
    ['Append( , "a")', 'Append: argument 1 is empty', 8],
    ['"x" & SelectUniqueValue("a", "b")', 'SelectUniqueValue: can only be the whole expression', 6],
    ['DateAdd("x", 1, Now())', 'DateAdd: the interval is yyyy, m, d, ww, h, n, s', 0],
    [`${'x'.repeat(50)}()`, `${'x'.repeat(40)}... is no known function`, 0],
  ])('refuses %j: %s', (text, message, position) => {
    const refused = () => parseExpression(text);
    expect(refused).toThrow(ExpressionError);
    const expected = { message: `${message} (at ${position})`, position, isAbsence: false };
    expect(refused).toThrow(expect.objectContaining(expected));
  });

  it('lists the attributes that it reads, each once, in order of appearance', () => {
    const { sources } = parseExpression('IIF([b] = [a], Join("", [b], [c.d]), "[e]" & [a])');
    expect(sources).toEqual(['b', 'a', 'c.d']);
  });

  it.each([
    ['[a]', false],
    ['Append([a], DefaultDomain())', false],
    ['Append([a], Guid())', true],
    ['IIF([a] = "x", Now(), "y")', true],
    ['Redact(RandomString(6,3,0,0,3))', true],
    ['SelectUniqueValue([a], [b])', true],
  ])('%s is volatile: %s', (text, isVolatile) => {
    expect(parseExpression(text).isVolatile).toBe(isVolatile);
  });
});
