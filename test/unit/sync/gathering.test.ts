import { describe, expect, it } from 'vitest';
import { turnsOf } from '../../../lib/sync/gathering.ts';
import { GATHERING_MILLISECONDS } from '../../../lib/sync/link.ts';

const NOW = 1_000_000;
const LONG_AGO = NOW - GATHERING_MILLISECONDS;

/** How many go, and wait, of so many who came a moment ago and so many who waited long enough. */
function countsOf(young: number, old: number) {
  const all = [...Array<number>(young).fill(NOW - 1), ...Array<number>(old).fill(LONG_AGO)];
  const { going, waiting } = turnsOf(all, (since) => since, NOW);
  return {
    going: going.length,
    waiting: waiting.length,
    left: waiting.filter((at) => at < NOW - 1),
  };
}

describe('who comes to a group', () => {
  it.each([
    { young: 0, old: 0, going: 0, waiting: 0 },
    { young: 1, old: 0, going: 0, waiting: 1 },
    { young: 19, old: 0, going: 0, waiting: 19 },
    { young: 20, old: 0, going: 20, waiting: 0 },
    { young: 45, old: 0, going: 40, waiting: 5 },
    { young: 0, old: 1, going: 1, waiting: 0 },
    { young: 3, old: 1, going: 4, waiting: 0 },
    { young: 24, old: 1, going: 20, waiting: 5 },
    { young: 24, old: 21, going: 40, waiting: 5 },
  ])('$young now and $old before: $going go, $waiting wait', ({ young, old, going, waiting }) => {
    expect(countsOf(young, old)).toEqual({ going, waiting, left: [] });
  });

  it('while full requests go, waits for those who are still coming', () => {
    expect(countsOf(0, 21)).toEqual({ going: 20, waiting: 1, left: [LONG_AGO] });
  });
});
