import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { result } from './rows.ts';

const from = '2009-06-05T01:05:07.0890010';
/** The date above in a format. */
const formatted = (format: string) =>
  result('FormatDateTime([a], , "yyyy-MM-ddTHH:mm:ss.fffffff", [f])', { a: from, f: format });
/** A text in a format, shown in full. */
const parsed = (text: string, format: string, styles = 'RoundtripKind') =>
  result('FormatDateTime([a], [s], [f], "yyyy-MM-ddTHH:mm:ss.FFFFFFFK")', {
    a: text,
    f: format,
    s: styles,
  });

describe('date formats', () => {
  // After .NET's documentation of custom and standard date and time format strings.
  it.each([
    ['yyyyy yyyy yyy yy %y', '02009 2009 2009 09 9'],
    ['MMMM MMM MM %M', 'June Jun 06 6'],
    ['dddd ddd dd %d', 'Friday Fri 05 5'],
    ['HH %H hh %h', '01 1 01 1'],
    ['mm %m ss %s', '05 5 07 7'],
    ['%f ff fff fffffff', '0 08 089 0890010'],
    ['%F FF FFF FFFFFFF', ' 08 089 089001'],
    ['ss.F', '07'],
    ['ss.FF', '07.08'],
    ['tt %t', 'AM A'],
    ['zzz zz %z', '+00:00 +00 +0'],
    ['yyyyK', '2009'],
    ['"day" d\' of \'MMMM', 'day 5 of June'],
    ['h \\h m \\m', '1 h 5 m'],
    ['dd.MM.yyyy', '05.06.2009'],
    ['yyyyMMddTHHmmssZ', '20090605T010507Z'],
    ['d', '06/05/2009'],
    ['D', 'Friday, 05 June 2009'],
    ['f', 'Friday, 05 June 2009 01:05'],
    ['F', 'Friday, 05 June 2009 01:05:07'],
    ['g', '06/05/2009 01:05'],
    ['G', '06/05/2009 01:05:07'],
    ['M', 'June 05'],
    ['o', '2009-06-05T01:05:07.0890010'],
    ['R', 'Fri, 05 Jun 2009 01:05:07 GMT'],
    ['s', '2009-06-05T01:05:07'],
    ['t', '01:05'],
    ['T', '01:05:07'],
    ['u', '2009-06-05 01:05:07Z'],
    ['U', 'Friday, 05 June 2009 01:05:07'],
    ['Y', '2009 June'],
  ])('%s writes %s', (format, expected) => {
    expect(formatted(format)).toBe(expected);
  });

  it.each([
    ['0:30', 'H:m', '12:30 AM'],
    ['12:30', 'H:m', '12:30 PM'],
    ['23:00', 'H:m', '11:00 PM'],
  ])('%s is %s on a 12-hour clock', (time, format, expected) => {
    const text = 'FormatDateTime([a], , [f], "h:mm tt")';
    expect(result(text, { a: time, f: format })).toBe(expected);
  });

  it.each([
    ['20150123105347.1Z', 'yyyyMMddHHmmss.fZ', '2015-01-23T10:53:47.1'],
    ['2/9/2020', 'M/d/yyyy', '2020-02-09T00:00:00'],
    ['12/31/2020 12:00:00 am', 'M/d/yyyy hh:mm:ss tt', '2020-12-31T00:00:00'],
    ['12/31/2020 12:00:00 PM', 'M/d/yyyy hh:mm:ss tt', '2020-12-31T12:00:00'],
    ['1/2/2020 3P', 'M/d/yyyy ht', '2020-01-02T15:00:00'],
    ['13 PM', 'HH tt', '0004-01-01T13:00:00'],
    ['Friday, 05 june 2009', 'dddd, dd MMMM yyyy', '2009-06-05T00:00:00'],
    ['5-Jun-49', 'd-MMM-yy', '2049-06-05T00:00:00'],
    ['5-Jun-50', 'd-MMM-yy', '1950-06-05T00:00:00'],
    ['2009-06-05Z', 'yyyy-MM-ddK', '2009-06-05T00:00:00Z'],
    ['2009-06-05', 'yyyy-MM-ddK', '2009-06-05T00:00:00'],
    ['2009-06-05-08:00', 'yyyy-MM-ddK', '2009-06-05T08:00:00+00:00'],
    ['2009-06-05+0530', 'yyyy-MM-ddzzz', '2009-06-04T18:30:00+00:00'],
    ['2009-06-05+2', 'yyyy-MM-ddz', '2009-06-04T22:00:00+00:00'],
    ['10:11:12', 'HH:mm:ss.FFF', '0004-01-01T10:11:12'],
    ['10:11:12.5', 'HH:mm:ss.FFF', '0004-01-01T10:11:12.5'],
    ['29 Feb', 'd MMM', '0004-02-29T00:00:00'],
    ['0099-03-01', 'yyyy-MM-dd', '0099-03-01T00:00:00'],
    ['on 1.', "'on' d.", '0004-01-01T00:00:00'],
    ['2009-06-05T01:05:07.0890010Z', 'o', '2009-06-05T01:05:07.089001Z'],
  ])('%s in %s is read as %s', (text, format, expected) => {
    expect(parsed(text, format)).toBe(expected);
  });

  it.each([
    ['None', '2009-06-05Z', '2009-06-05T00:00:00+00:00'],
    ['AdjustToUniversal', '2009-06-05-08:00', '2009-06-05T08:00:00Z'],
    ['AdjustToUniversal', '2009-06-05', '2009-06-05T00:00:00'],
    ['AssumeUniversal', '2009-06-05', '2009-06-05T00:00:00+00:00'],
    ['DateTimeStyles.AssumeLocal, AdjustToUniversal', '2009-06-05', '2009-06-05T00:00:00Z'],
    ['AllowLeadingWhite,AllowTrailingWhite', ' 2009-06-05 ', '2009-06-05T00:00:00'],
  ])('with %s, %s is %s', (styles, text, expected) => {
    expect(parsed(text, 'yyyy-MM-ddK', styles)).toBe(expected);
  });

  it('squeezes white space inside only where the styles allow it', () => {
    expect(parsed('5  June', 'd MMMM', 'AllowWhiteSpaces')).toBe('0004-06-05T00:00:00');
    expect(() => parsed('5  June', 'd MMMM')).toThrow('no date of that format');
    expect(() => parsed(' 5 June', 'd MMMM', 'None')).toThrow('no date of that format');
  });

  it.each([
    ['2021-02-29', 'yyyy-MM-dd'],
    ['2021-13-01', 'yyyy-MM-dd'],
    ['2021-00-01', 'yyyy-MM-dd'],
    ['0000-01-01', 'yyyy-MM-dd'],
    ['2021-1-01', 'yyyy-MM-dd'],
    ['24:00', 'HH:mm'],
    ['13:00 PM', 'hh:mm tt'],
    ['13 AM', 'HH tt'],
    ['Thursday, 05 June 2009', 'dddd, dd MMMM yyyy'],
    ['2009-06-05+15:00', 'yyyy-MM-ddzzz'],
    ['2009-06-05+02:60', 'yyyy-MM-ddzzz'],
    ['0001-01-01+01:00', 'yyyy-MM-ddzzz'],
    ['2009-06-05x', 'yyyy-MM-dd'],
    ['Juni', 'MMMM'],
    ['', 'yyyy'],
  ])('%s in %s is no date', (text, format) => {
    expect(() => parsed(text, format)).toThrow(
      'FormatDateTime: the text is no date of that format',
    );
  });

  it.each([
    ['ffffffff', 'a second has at most 7 digits'],
    ["yyyy'", 'the date format ends inside a quotation or an escape'],
    ['yyyy\\', 'the date format ends inside a quotation or an escape'],
    ['yyyy%', 'the date format ends inside a quotation or an escape'],
    ['', 'a date format has 1 to 256 characters'],
    [`yyyy${'-'.repeat(256)}`, 'a date format has 1 to 256 characters'],
    ['yyyy gg', 'eras (g) are not supported'],
    ['Q', 'there is no such standard date format'],
  ])('%j is no format: %s', (format, message) => {
    expect(() => formatted(format)).toThrow(`FormatDateTime: ${message}`);
    expect(() => parsed('x', format)).toThrow(`FormatDateTime: ${message}`);
  });

  it('refuses to read a part twice', () => {
    expect(() => parsed('1 1', 'd d')).toThrow('twice');
    expect(formatted('dd dd')).toBe('05 05');
  });
});

describe('dates without a format', () => {
  it.each([
    ['2021-08-24', '8/24/2021 12:00:00 AM'],
    ['2021/8/4', '8/4/2021 12:00:00 AM'],
    ['8/25/2021 5:41:18 PM', '8/25/2021 5:41:18 PM'],
    ['08-25-2021 17:41', '8/25/2021 5:41:00 PM'],
    ['12/31/2020 23:59:59-08:00', '1/1/2021 7:59:59 AM'],
    ['2020-03-16T12:34:56.1234567Z', '3/16/2020 12:34:56 PM'],
    ['2020-03-16 12:34:56.123456789 +0100', '3/16/2020 11:34:56 AM'],
    ['Fri, 05 Jun 2009 01:05:07 GMT', '6/5/2009 1:05:07 AM'],
    ['5-jun-2009', '6/5/2009 12:00:00 AM'],
    ['June 5, 2009 3:00 pm', '6/5/2009 3:00:00 PM'],
    ['Friday, June 5, 2009', '6/5/2009 12:00:00 AM'],
    [' 9999-12-31T23:59:59 ', '12/31/9999 11:59:59 PM'],
  ])('%s is %s', (text, expected) => {
    expect(result('CDate([a])', { a: text })).toBe(expected);
  });

  it.each([
    '',
    'x',
    '2021',
    '25/12/2021',
    '2021-02-30',
    '2021-08-24T25:00',
    '2021-08-24T10:60',
    '2021-08-24 13:00 PM',
    'Mon, 05 Jun 2009 01:05:07 GMT',
    'Foo 5, 2009',
    '9999-12-31T23:59:59-01:00',
    '2021-08-24+24:00',
    'Infinity',
    '٢٠٢١-٠٨-٢٤',
    `2021-08-24${' '.repeat(100)}`,
  ])('%s is no date', (text) => {
    expect(() => result('CDate([a])', { a: text })).toThrow('CDate: the text is no date (at 0)');
  });

  it('reads what it has written', () => {
    const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
    fc.assert(
      fc.property(seconds, (second) => {
        const a = new Date(second * 1_000).toISOString().replace(/^[+-]/, '');
        const shown = result('CDate([a])', { a });
        expect(result('CDate(CDate([a]))', { a })).toBe(shown);
        expect(result('DateDiff("s", CDate([a]), [a])', { a })).toBe(0);
      }),
    );
  });

  it('counts Windows time back and forth', () => {
    const count = fc.bigInt({ min: 0n, max: 2_650_467_743_999_999_999n });
    fc.assert(
      fc.property(count, (value) => {
        const whole = value - (value % 10_000_000n);
        expect(result('NumFromDate(DateFromNum([n]))', { n: String(value) })).toBe(String(whole));
      }),
    );
  });
});
