import { describe, expect, it } from 'vitest';
import { receivePoll } from '../../../lib/flows/receive.ts';
import { PROBLEMS } from '../../../lib/http.ts';
import { HEALTH_WORDS } from '../../../lib/manage/health.ts';
import { statusViewSchema } from '../../../lib/manage/status-view.ts';
import { type AlertKind, alertKindSchema } from '../../../lib/sync/alerts/alert.ts';
import { alertText } from '../../../lib/sync/alerts/alert-text.ts';
import { factSchema, whySchema } from '../../../lib/sync/audit/audit-entry.ts';
import {
  authorizationOf,
  authorizationStatusSchema,
  DECLINED,
} from '../../../lib/sync/authorization.ts';
import { CHECK_CODES, checkSchema } from '../../../lib/sync/check.ts';
import { importSchema } from '../../../lib/sync/connection.ts';
import { edgeRemovalSchema } from '../../../lib/sync/edge.ts';
import { dirtyReasonSchema, isFailure } from '../../../lib/sync/link.ts';
import { planStateSchema } from '../../../lib/sync/plan.ts';
import { DEFAULT_SETTINGS } from '../../../lib/sync/rules/settings.ts';
import { STANDING_RULES } from '../../../lib/sync/rules/standing.ts';
import { phaseSchema, runSchema } from '../../../lib/sync/run.ts';
import { SIGN_IN_ADVICE, signInAdvice } from '../../../lib/sync/sign-in-advice.ts';
import { pageOf } from './page.ts';

const page = pageOf('docs/troubleshooting.md');
const operations = pageOf('docs/operations.md');

const CODES = Object.keys(PROBLEMS);
const isFailing = (reason: (typeof dirtyReasonSchema.options)[number]) => isFailure({ reason });

const namesIn = (title: string, head: string, of = page) =>
  of.rows(title, head).map(([name]) => name);
const sorted = (names: readonly unknown[]) => names.map(String).sort();

describe('every word has its row, and no row is about another', () => {
  it.each([
    ['Health', '`status`', HEALTH_WORDS],
    ['The status', 'member', statusViewSchema.keyof().options],
    ['Consent and permissions', '`status`', authorizationStatusSchema.options],
    ['Sign-in', 'AADSTS', [...SIGN_IN_ADVICE.keys()]],
    ['The test of a connection', '`check`', checkSchema.shape.check.options],
    ['The test of a connection', '`code`', [...CHECK_CODES, 'any other']],
    ['Runs', '`state`', runSchema.shape.state.options],
    ['Runs', '`kind`', runSchema.shape.kind.options],
    ['Runs', '`phase`', phaseSchema.options],
    ['Runs', "plan's `state`", planStateSchema.options],
    ['Codes', 'code', CODES],
    ['Failures', 'reason', dirtyReasonSchema.options.filter(isFailing)],
    [
      'Left alone or waiting',
      'reason',
      dirtyReasonSchema.options.filter((reason) => !isFailing(reason)),
    ],
    ['Who takes no part', 'rule', STANDING_RULES],
    ['Held removals', 'state', edgeRemovalSchema.shape.state.options],
    ['Alerts', 'kind', alertKindSchema.options],
  ])('%s: %s', (title, head, words) => {
    expect(sorted(namesIn(title, head))).toEqual(sorted(words));
  });

  it('alerts and histories in docs/operations.md', () => {
    expect(sorted(namesIn('Alerts', 'kind', operations))).toEqual(sorted(alertKindSchema.options));
    const did = factSchema.shape.did.options;
    expect(sorted(namesIn('Histories', 'did', operations))).toEqual(sorted(did));
    const causes = whySchema.shape.cause.options;
    const told = operations.section('Histories');
    expect(causes.filter((cause) => !told.includes(`\`${cause}\``))).toEqual([]);
  });

  it('notifications name codes that there are', () => {
    const named = namesIn('Notifications', '`code`').filter((name) => name !== 'none');
    expect(named.filter((name) => !CODES.includes(String(name)))).toEqual([]);
    expect(named).not.toEqual([]);
  });

  it.each(importSchema.options)('import: %s', (word) => {
    expect(page.section('The status')).toContain(`\`${word}\``);
  });
});

it.each([
  'Health',
  'The status',
  'Consent and permissions',
  'Codes',
  'Failures',
  'Left alone or waiting',
  'Who takes no part',
  'Held removals',
  'Alerts',
])('%s: every row says what to do', (title) => {
  const tables = page.section(title).match(/^\|.*\|$/gm) ?? [];
  const [head = '', , ...rows] = tables.map((line) => line.slice(1, -1).split(' | '));
  expect(String(head.at(-1)).trim()).toBe('what to do');
  for (const row of rows) {
    expect(row).toHaveLength(head.length);
    expect(String(row.at(-1)).trim()).not.toBe('');
  }
});

describe('the words are those of the API', () => {
  it.each(page.rows('Sign-in', 'AADSTS'))('AADSTS%s', (number, advice) => {
    expect(advice).toBe(signInAdvice('credential-refused', `AADSTS${number}: refused`));
  });

  it.each(page.rows('Alerts', 'kind'))('the alert %s', (kind, title, todo) => {
    const told = alertText({ kind: kind as AlertKind, at: 0, subject: 'x', audience: 'all' });
    expect([title, todo]).toEqual([told.title, told.todo]);
  });

  it.each(page.rows('Codes', 'code'))('the code %s', (code, http, means, todo = '') => {
    expect([Number(http), means]).toEqual(PROBLEMS[code as keyof typeof PROBLEMS]);
    const ofTheTenant = ['credential-refused', 'access-denied', 'bad-configuration', 'throttled'];
    if (ofTheTenant.includes(String(code))) expect(todo).toContain(signInAdvice(String(code)));
  });

  it.each([
    ['unknown', undefined],
    ['declined', { code: DECLINED, message: '' }],
  ])('consent: %s', (status, failure) => {
    const proof = failure && {
      at: '2026-01-01T00:00:00.000Z',
      by: 'somebody',
      how: 'consent' as const,
      clientId: null,
      permissions: [],
      failure,
    };
    const standing = authorizationOf('users', proof, DEFAULT_SETTINGS);
    const rows = page.rows('Consent and permissions', '`status`');
    expect(standing.status).toBe(status);
    expect(rows.find(([name]) => name === status)?.at(-1)).toBe(standing.next);
  });
});

it.each([
  [{ v: 99 }, 'has version'],
  [{ v: 1, connectionId: '' }, 'does not fit the schema'],
])('the rejection of %j is told by its beginning', async (message, beginning) => {
  const reasons: string[] = [];
  const needs = {
    rejected: { store: async (_: string, { reason }: { reason: string }) => reasons.push(reason) },
    log: { warn: () => {} },
  };
  await receivePoll(needs as unknown as Parameters<typeof receivePoll>[0], message, {});
  expect(reasons).toEqual([expect.stringMatching(`^${beginning}`)]);
  const told = namesIn('Rejected messages', 'reason begins with');
  expect(told).toEqual(['has version', 'does not fit the schema', 'anything else']);
});
