import {
  difference,
  fileTimeOf,
  INTERVALS,
  type Interval,
  later,
  type Moment,
  momentOfFileTime,
  momentOfMs,
} from './calendar.ts';
import type { Call } from './call.ts';
import { partsOf, SHOWN } from './date-format.ts';
import { print } from './date-print.ts';
import { read, readerOf } from './date-read.ts';
import { type DateStyles, DEFAULT_STYLES, stylesOf } from './date-styles.ts';
import { dateOf } from './date-text.ts';
import { type FunctionTable, ofText, simple } from './definition.ts';
import type { Evaluator, Scope } from './node.ts';

/** Functions of dates. A date is text; no date in, no date out. */
export const DATE_FUNCTIONS: FunctionTable = {
  CDate: ofText((text, call) => shown(dateIn(text, call), call)),

  DateAdd: {
    min: 3,
    max: 3,
    prepare: (call) => {
      const intervalOf = preparedInterval(call);
      return (scope) => {
        const interval = intervalOf(scope);
        const count = call.whole(scope, 1);
        const date = momentAt(call, scope, 2);
        if (interval === null || count === null || date === null) return null;
        return shown(later(date, interval, count), call);
      };
    },
  },

  DateDiff: {
    min: 3,
    max: 3,
    prepare: (call) => {
      const intervalOf = preparedInterval(call);
      return (scope) => {
        const interval = intervalOf(scope);
        const [from, to] = [momentAt(call, scope, 1), momentAt(call, scope, 2)];
        if (interval === null || from === null || to === null) return null;
        return difference(interval, from, to);
      };
    },
  },

  DateFromNum: simple([1], (call, scope) => {
    const count = call.wide(scope, 0);
    return count === null ? null : shown(momentOfFileTime(count), call);
  }),

  FormatDateTime: {
    min: 3,
    max: 4,
    mayBeEmpty: (index, count) => count === 4 && index === 1,
    prepare: prepareFormatDateTime,
  },

  Now: simple([0], (call, { context }) => shown(momentOfMs(context.now), call), {
    isVolatile: true,
  }),

  /** As text, because a number would lose digits. */
  NumFromDate: ofText((text, call) => {
    const count = fileTimeOf(dateIn(text, call));
    return count === undefined ? call.fail('Windows counts time from 1601') : String(count);
  }),
};

/** In cloud sync there are no styles: three arguments are source, input and output format. */
function prepareFormatDateTime(call: Call): Evaluator {
  const hasStyles = call.args.length === 4;
  const [input, output] = hasStyles ? [2, 3] : [1, 2];
  const partsIn = (format: string, index: number) => {
    return partsOf(format, (fault) => call.fail(fault, call.args[index]?.position));
  };
  const readerIn = call.prepared(input, (format) => {
    return readerOf(partsIn(format, input)) ?? call.fail('a part of the date stands there twice');
  });
  const formatOut = call.prepared(output, (format) => partsIn(format, output));
  const stylesIn = hasStyles ? call.prepared(1, (names) => stylesNamed(names, call)) : () => null;
  return (scope) => {
    const text = call.text(scope, 0);
    const [reader, format] = [readerIn(scope), formatOut(scope)];
    const styles = stylesIn(scope) ?? DEFAULT_STYLES;
    if (text === null) return null;
    if (reader === null || format === null) return call.fail('a format is missing');
    const date = read(text, reader, styles);
    return date ? print(date, format) : call.fail('the text is no date of that format');
  };
}

function stylesNamed(names: string, call: Call): DateStyles {
  return stylesOf(names) ?? call.fail('there are no such DateTimeStyles');
}

function preparedInterval(call: Call): (scope: Scope) => Interval | null {
  return call.prepared(0, (name) => {
    const interval = INTERVALS.find((known) => known === name);
    return interval ?? call.fail(`the interval is ${INTERVALS.join(', ')}`);
  });
}

function momentAt(call: Call, scope: Scope, index: number): Moment | null {
  const text = call.text(scope, index);
  return text === null ? null : dateIn(text, call);
}

function dateIn(text: string, call: Call): Moment {
  return dateOf(text) ?? call.fail('the text is no date');
}

function shown(moment: Moment | undefined, call: Call): string {
  return moment ? print(moment, SHOWN) : call.fail('the date lies outside the years 1 to 9999');
}
