import { describe, expect, it } from 'vitest';
import { daysUntil, dueExpiryAlerts, registeredEnd } from '../../../lib/sync/expiry.ts';

const DAY = 86_400_000;
const END = '2026-06-30T12:00:00.000Z';
const at = (time: string) => Date.parse(time);

describe('days until an end', () => {
  it.each([
    ['2026-05-31T23:59:00Z', 30],
    ['2026-06-29T00:00:00Z', 1],
    ['2026-06-29T23:59:59Z', 1],
    ['2026-06-30T00:00:00Z', 0],
    ['2026-06-30T23:00:00Z', 0],
    ['2026-07-01T00:00:00Z', -1],
  ])('go by the calendar: %s', (now, days) => {
    expect(daysUntil(END, at(now))).toBe(days);
  });
});

describe('alerts', () => {
  const one = [{ id: 'a', expiresAt: END }];
  const told = (days: readonly number[]) => new Set(days.map((stage) => `a ${END} ${stage}`));

  it('come 30, 7 and 1 days before and on the day, once each', () => {
    const already = new Set<string>();
    const days: string[] = [];
    for (let now = at('2026-05-01T03:00:00Z'); now < at('2026-07-20T00:00:00Z'); now += DAY / 4)
      for (const alert of dueExpiryAlerts(one, already, now)) {
        already.add(alert.key);
        days.push(`${new Date(now).toISOString().slice(0, 10)} ${alert.stage}`);
      }
    expect(days).toEqual(['2026-05-31 30', '2026-06-23 7', '2026-06-29 1', '2026-06-30 0']);
  });

  it('where several are overdue, tell the last, and how it really is', () => {
    expect(dueExpiryAlerts(one, told([]), at('2026-06-28T00:00:00Z'))).toMatchObject([
      { credentialId: 'a', stage: 7, daysLeft: 2, expiresAt: END },
    ]);
    expect(dueExpiryAlerts(one, told([]), at('2026-08-01T00:00:00Z'))).toMatchObject([
      { stage: 0, daysLeft: -32 },
    ]);
  });

  it('are told anew for a new end, and never for none', () => {
    const now = at('2026-06-30T00:00:00Z');
    expect(dueExpiryAlerts(one, told([0]), now)).toEqual([]);
    const later = [
      { id: 'a', expiresAt: '2026-07-05T00:00:00.000Z' },
      { id: 'b', expiresAt: null },
    ];
    expect(dueExpiryAlerts(later, told([0]), now)).toMatchObject([{ stage: 7, daysLeft: 5 }]);
  });
});

describe('the end of a secret by its registration', () => {
  const registered = [
    { hint: 'abc', expiresAt: '2027-01-01T00:00:00.000Z' },
    { hint: 'abc', expiresAt: '2026-10-01T00:00:00+02:00' },
    { hint: 'xyz', expiresAt: '2026-01-01T00:00:00.000Z' },
    { hint: null, expiresAt: '2020-01-01T00:00:00.000Z' },
    { hint: 'end', expiresAt: null },
  ];

  it.each([
    ['abc~secret', '2026-10-01T00:00:00+02:00'],
    ['xyz~secret', '2026-01-01T00:00:00.000Z'],
    ['end~less', null],
    ['unknown', null],
  ])('%s', (secret, end) => {
    expect(registeredEnd(secret, registered)).toBe(end);
  });
});
