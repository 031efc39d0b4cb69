import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import type { Health, HealthCheck } from '../ports/health.ts';
import type { Clock } from '../ports/platform.ts';
import { authenticate } from './authenticate.ts';

/** `degraded`: something waits, and is done when it is there again; `failing`: nothing works. */
export const HEALTH_WORDS = ['ok', 'degraded', 'failing'] as const;
type Word = (typeof HEALTH_WORDS)[number];

interface Finding {
  readonly name: HealthCheck['name'];
  readonly status: Word;
  readonly milliseconds: number;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Findings {
  readonly status: Word;
  readonly checkedAt: string;
  readonly checks: readonly Finding[];
}

const LIMIT_MS = 4_000;
/** Strangers may ask, and must not make the app ask its platform as often as they like. */
const KEEP_MS = 5_000;

/**
 * Answers how the app is: to everybody one word, with 503 where nothing works; to an administrator
 * also which setting is wrong and what does not answer.
 */
export function openHealth(
  open: () => Health,
  clock: Clock,
): (request: HttpRequest) => Promise<HttpResponseInit> {
  let health: Health | undefined;
  let last: { readonly at: number; readonly findings: Promise<Findings> } | undefined;
  const findings = (of: Health): Promise<Findings> => {
    const now = clock.now();
    if (!last || now - last.at > KEEP_MS) last = { at: now, findings: find(of, now) };
    return last.findings;
  };
  return async (request) => {
    health ??= open();
    const found = await findings(health);
    return {
      status: found.status === 'failing' ? 503 : 200,
      headers: { 'cache-control': 'no-store' },
      jsonBody: { status: found.status, ...(await detailFor(health, request, found)) },
    };
  };
}

async function detailFor(
  health: Health,
  request: HttpRequest,
  { checkedAt, checks }: Findings,
): Promise<Record<string, unknown>> {
  const { problems } = health;
  if (await isAdministrator(health, request)) return { checkedAt, problems, checks };
  // Where nobody can sign in nobody can prove to be an administrator, and somebody has to learn it: names of
  // settings and their rules stand in the documentation.
  return health.signIn ? {} : { problems };
}

async function isAdministrator({ signIn }: Health, request: HttpRequest): Promise<boolean> {
  if (!signIn || !request.headers.has('authorization')) return false;
  try {
    const { role } = await inTime(authenticate(signIn, request));
    return role !== undefined;
  } catch {
    // Nobody who cannot be told to be one is one; the word is for everybody.
    return false;
  }
}

async function find(health: Health, now: number): Promise<Findings> {
  const checks = await Promise.all(health.checks.map(run));
  const words = checks.map(({ status }) => status);
  const isFailing = health.problems.length > 0 || words.includes('failing');
  const status = isFailing ? 'failing' : words.includes('degraded') ? 'degraded' : 'ok';
  return { status, checkedAt: new Date(now).toISOString(), checks };
}

async function run(check: HealthCheck): Promise<Finding> {
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  const { name } = check;
  try {
    await inTime(check.run());
    return { name, status: 'ok', milliseconds: took() };
  } catch (error) {
    const status = check.isVital ? 'failing' : 'degraded';
    return { name, status, milliseconds: took(), error: told(error) };
  }
}

/** Our errors hold no secret; what others say is not known. */
function told(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'unavailable', message: 'it cannot be used' };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new AppError('deadline', `no answer within ${LIMIT_MS} ms`)),
    LIMIT_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
