import { DATE_FUNCTIONS } from '../../../../lib/sync/expressions/date-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const ROWS: Readonly<Record<string, Rows>> = {
  CDate: {
    examples: [
      ['CDate([hired])', { hired: '2020-03-16-07:00' }, '3/16/2020 7:00:00 AM'],
      ['CDate("2021-06-30+08:00")', {}, '6/29/2021 4:00:00 PM'],
      ['CDate("2009-06-15T01:45:30-07:00")', {}, '6/15/2009 8:45:30 AM'],
      ['CDate(CDate("2020-12-31T12:00:00Z"))', {}, '12/31/2020 12:00:00 PM'],
    ],
    nulls: [['CDate([hired])', {}, null]],
    errors: [
      ['Append("a", CDate([a]))', { a: 'soon' }, 'CDate: the text is no date (at 12)'],
      ['CDate("2021-02-29")', {}, 'CDate: the text is no date (at 0)'],
    ],
  },
  DateAdd: {
    examples: [
      ['DateAdd("d", 7, CDate([h]))', { h: '2012-03-16-07:00' }, '3/23/2012 7:00:00 AM'],
      ['DateAdd("d", -10, CDate([h]))', { h: '2012-03-16-07:00' }, '3/6/2012 7:00:00 AM'],
      ['DateAdd("ww", 2, CDate([h]))', { h: '2012-03-16-07:00' }, '3/30/2012 7:00:00 AM'],
      ['DateAdd("m", 10, CDate([h]))', { h: '2012-03-16-07:00' }, '1/16/2013 7:00:00 AM'],
      ['DateAdd("yyyy", 2, CDate([h]))', { h: '2012-03-16-07:00' }, '3/16/2014 7:00:00 AM'],
      ['DateAdd("m", -1, "2021-03-31")', {}, '2/28/2021 12:00:00 AM'],
      ['DateAdd("yyyy", 1, "2020-02-29")', {}, '2/28/2021 12:00:00 AM'],
      ['DateAdd("h", 25, "2021-12-31")', {}, '1/1/2022 1:00:00 AM'],
      ['DateAdd("n", 90, "2021-12-31")', {}, '12/31/2021 1:30:00 AM'],
      ['DateAdd("s", "-1", "2021-12-31")', {}, '12/30/2021 11:59:59 PM'],
    ],
    nulls: [
      ['DateAdd("d", 7, [h])', {}, null],
      ['DateAdd("d", [n], "2021-12-31")', {}, null],
      ['DateAdd([i], 1, "2021-12-31")', {}, null],
    ],
    errors: [
      ['DateAdd("q", 1, [h])', {}, 'DateAdd: the interval is yyyy, m, d, ww, h, n, s (at 0)'],
      [
        'DateAdd("yyyy", 9000, Now())',
        {},
        'DateAdd: the date lies outside the years 1 to 9999 (at 0)',
      ],
      ['DateAdd("d", "x", Now())', {}, 'DateAdd: argument 2 is no whole number (at 0)'],
    ],
  },
  DateDiff: {
    examples: [
      [
        'DateDiff("d", CDate([a]), CDate([b]))',
        { a: '2021-08-18+08:00', b: '2021-08-31+08:00' },
        13,
      ],
      ['DateDiff("d", [a], [b])', { a: '8/25/2021 5:41:18 PM', b: '2012-03-16-07:00' }, -3449],
      ['DateDiff("ww", [a], [b])', { a: '8/25/2021 5:41:18 PM', b: '2012-03-16-07:00' }, -493],
      ['DateDiff("m", [a], [b])', { a: '8/25/2021 5:41:18 PM', b: '2012-03-16-07:00' }, -113],
      ['DateDiff("yyyy", [a], [b])', { a: '8/25/2021 5:41:18 PM', b: '2012-03-16-07:00' }, -9],
      ['DateDiff("d", "2021-08-31+08:00", "2021-08-31+08:00")', {}, 0],
      ['DateDiff("h", "2021-08-24", "2021-08-25")', {}, 24],
      ['DateDiff("n", "2021-08-24", "2021-08-25")', {}, 1440],
      ['DateDiff("s", "2021-08-24", "2021-08-25")', {}, 86400],
      ['DateDiff("yyyy", "2021-12-31", "2022-01-01")', {}, 1],
      ['DateDiff("ww", "2024-06-01", "2024-06-02")', {}, 1],
      ['DateDiff("d", "2021-08-24T23:00Z", "2021-08-25T01:00Z")', {}, 0],
      ['DateDiff("d", "2021-08-25T01:00Z", "2021-08-24T23:00Z")', {}, 0],
      [
        'Switch([Active], , "1", IIF(DateDiff("d", Now(), CDate([h])) > 5, "False", "True"), "0", "False")',
        { Active: '1', h: '2021-07-05' },
        'True',
      ],
    ],
    nulls: [['DateDiff("d", Now(), [h])', {}, null]],
    errors: [
      ['DateDiff("d", Now(), "x")', {}, 'DateDiff: the text is no date (at 0)'],
      [
        'DateDiff("D", Now(), Now())',
        {},
        'DateDiff: the interval is yyyy, m, d, ww, h, n, s (at 0)',
      ],
    ],
  },
  DateFromNum: {
    examples: [
      ['DateFromNum(129699324000000000)', {}, '1/1/2012 11:00:00 PM'],
      [
        'DateFromNum([lastLogonTimestamp])',
        { lastLogonTimestamp: '129699324000000000' },
        '1/1/2012 11:00:00 PM',
      ],
      ['DateFromNum(0)', {}, '1/1/1601 12:00:00 AM'],
    ],
    nulls: [['DateFromNum([a])', {}, null]],
    errors: [
      ['DateFromNum(-1)', {}, 'DateFromNum: the date lies outside the years 1 to 9999 (at 0)'],
      [
        'DateFromNum(9223372036854775807)',
        {},
        'DateFromNum: the date lies outside the years 1 to 9999 (at 0)',
      ],
    ],
  },
  FormatDateTime: {
    examples: [
      [
        'FormatDateTime([a], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
        { a: '20150123105347.1Z' },
        '2015-01-23',
      ],
      // Cloud sync's has no styles.
      [
        'FormatDateTime([a], "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
        { a: '20150123105347.1Z' },
        '2015-01-23',
      ],
      [
        'FormatDateTime([a], , "yyyy-MM-ddzzz", "yyyy-MM-dd")',
        { a: '2020-12-31-08:00' },
        '2020-12-31',
      ],
      [
        'FormatDateTime([a], "None", "M/d/yyyy", [f])',
        { a: '2/9/2020', f: 'dd.MM.yy' },
        '09.02.20',
      ],
    ],
    nulls: [['FormatDateTime([a], , "yyyy", "yy")', {}, null]],
    errors: [
      [
        'FormatDateTime([a], , "yyyy-MM-dd", "yy")',
        { a: '2020-02-30' },
        'FormatDateTime: the text is no date of that format (at 0)',
      ],
      [
        'FormatDateTime([a], , "yyyy\'", "yy")',
        {},
        'FormatDateTime: the date format ends inside a quotation or an escape (at 22)',
      ],
      [
        'FormatDateTime([a], , "yyyy", "Q")',
        {},
        'FormatDateTime: there is no such standard date format (at 30)',
      ],
      [
        'FormatDateTime([a], "Loose", "yyyy", "yy")',
        {},
        'FormatDateTime: there are no such DateTimeStyles (at 0)',
      ],
      [
        'FormatDateTime([a], , [f], "yy")',
        { a: '1' },
        'FormatDateTime: a format is missing (at 0)',
      ],
      ['FormatDateTime([a], , "yy")', {}, 'FormatDateTime: argument 2 is empty (at 20)'],
    ],
  },
  Now: {
    examples: [['Now()', {}, '7/2/2021 3:33:38 PM']],
    nulls: [['IsNull(Now())', {}, false]],
    errors: [['Now("utc")', {}, 'Now: takes 0 arguments, not 1 (at 0)']],
  },
  NumFromDate: {
    examples: [
      [
        'NumFromDate(Join("", FormatDateTime([end], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))',
        { end: '2020-12-31-08:00' },
        '132539615990000000',
      ],
      [
        'NumFromDate(Join("",FormatDateTime([end], ,"M/d/yyyy hh:mm:ss tt","yyyy-MM-dd")," 23:59:59-08:00"))',
        { end: '12/31/2020 12:00:00 AM' },
        '132539615990000000',
      ],
      ['NumFromDate("2012-01-01T23:00:00.0000001Z")', {}, '129699324000000001'],
      ['DateFromNum(NumFromDate("1999-12-31T01:02:03Z"))', {}, '12/31/1999 1:02:03 AM'],
    ],
    nulls: [['NumFromDate([a])', {}, null]],
    errors: [
      ['NumFromDate("x")', {}, 'NumFromDate: the text is no date (at 0)'],
      ['NumFromDate("1600-12-31")', {}, 'NumFromDate: Windows counts time from 1601 (at 0)'],
    ],
  },
};

describeRows('date functions', DATE_FUNCTIONS, ROWS);
