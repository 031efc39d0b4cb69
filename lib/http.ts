import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import { AppError, type ErrorCode } from './errors.ts';

/** How much of a body is taken. */
export interface BodyLimits {
  /** Default 1 MB. */
  readonly maxBytes?: number;
  /** Levels of arrays and objects; default 32. */
  readonly maxDepth?: number;
}

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_PROBLEMS = 50;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads a JSON body in the shape that a schema describes.
 * @throws AppError `payload-too-large`, or `bad-request` with every problem and its path
 */
export async function readJson<T>(
  request: HttpRequest,
  schema: z.ZodType<T>,
  limits: BodyLimits = {},
): Promise<T> {
  const bytes = await readBody(request, limits.maxBytes ?? MAX_BYTES);
  const parsed = schema.safeParse(parseJson(decode(bytes), limits.maxDepth ?? MAX_DEPTH));
  if (parsed.success) return parsed.data;
  throw new AppError('bad-request', problemsOf(parsed.error));
}

/** Whether there is a body to read. */
export function hasBody(request: HttpRequest): boolean {
  return request.body !== null && request.headers.get('content-length') !== '0';
}

/**
 * Reads a form (HTML standard: application/x-www-form-urlencoded).
 * @throws AppError `payload-too-large`, `bad-request` where the body is not said to be one
 */
export async function readForm(
  request: HttpRequest,
  { maxBytes = MAX_BYTES }: Pick<BodyLimits, 'maxBytes'> = {},
): Promise<URLSearchParams> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw new AppError('bad-request', 'the content type is application/x-www-form-urlencoded');
  return new URLSearchParams(decode(await readBody(request, maxBytes)));
}

/** The platform hands over whole bodies; what a client states spares copying one that is too long. */
async function readBody(request: HttpRequest, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new AppError('payload-too-large', `the body exceeds ${maxBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.byteLength > maxBytes) throw tooLarge();
  return body;
}

/** JSON is UTF-8 (RFC 8259 section 8.1); a byte order mark is passed over. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('bad-request', 'the body is not UTF-8');
  }
}

function parseJson(text: string, maxDepth: number): unknown {
  if (isNestedDeeper(text, maxDepth))
    throw new AppError('bad-request', `the body is nested deeper than ${maxDepth} levels`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw new AppError('bad-request', 'the body is not JSON');
  }
}

/** Looks at the text, because schemas that call themselves would run out of stack on the value. */
function isNestedDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text.charCodeAt(at);
    if (isQuoted) {
      if (mark === BACKSLASH) at += 1;
      else if (mark === QUOTE) isQuoted = false;
    } else if (mark === QUOTE) isQuoted = true;
    else if (mark === OPEN_ARRAY || mark === OPEN_OBJECT) depth += 1;
    else if (mark === CLOSE_ARRAY || mark === CLOSE_OBJECT) depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

function problemsOf(error: z.ZodError): string {
  const { issues } = error;
  const told = issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  const untold = issues.length - told.length;
  return [...told, ...(untold > 0 ? [`and ${untold} more`] : [])].join('; ');
}

/** Status and title of every code of ours (RFC 9457 section 3.1). */
export const PROBLEMS: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  'bad-request': [400, 'The request is not valid'],
  unauthorized: [401, 'Authentication is needed'],
  'access-denied': [403, 'Access is denied'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This address takes other methods'],
  conflict: [409, 'The request is in conflict with what is there'],
  'state-changed': [409, 'Somebody else changed it at the same time'],
  'state-exists': [409, 'It is already there'],
  'precondition-failed': [412, 'It is at another version'],
  'payload-too-large': [413, 'The body is too large'],
  'bad-configuration': [500, 'The configuration is not valid'],
  'bad-answer': [502, 'A directory gave an answer that is not understood'],
  'bad-link': [502, 'A directory gave a link that is not followed'],
  'checkpoint-expired': [502, 'A directory has forgotten where the sync was'],
  'credential-refused': [502, 'A directory refused the credential'],
  throttled: [503, 'A directory asks for a pause'],
  unavailable: [503, 'A service is not available'],
  deadline: [504, 'There was not enough time'],
};

/**
 * An error as problem details (RFC 9457). Errors that are not ours become a 500 that says nothing.
 * `instance` is the path alone, since a query may hold secrets.
 */
export function problemResponse(error: unknown, request: HttpRequest): HttpResponseInit {
  const { pathname: instance } = new URL(request.url);
  if (!(error instanceof AppError))
    return problem({ type: 'about:blank', title: 'Something went wrong', status: 500, instance });
  const { code, message: detail, retryAfterSeconds: seconds } = error;
  const [status, title] = PROBLEMS[code];
  const challenge = challengeOf(error, status);
  return problem(
    { type: `urn:tandem:error:${code}`, title, status, detail, instance },
    {
      ...(seconds !== undefined && { 'retry-after': String(Math.ceil(seconds)) }),
      ...(challenge !== undefined && { 'www-authenticate': challenge }),
    },
  );
}

/**
 * Whoever answers 401 has to name a scheme (RFC 9110 section 15.5.2); of a token that is refused it
 * tells what was wrong, of one that is missing nothing (RFC 6750 section 3).
 */
function challengeOf({ tokenError, message }: AppError, status: number): string | undefined {
  if (tokenError === undefined) return status === 401 ? 'Bearer realm="Tandem"' : undefined;
  // The characters that RFC 6750 section 3 allows.
  const told = message.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'");
  return `Bearer realm="Tandem", error="${tokenError}", error_description="${told}"`;
}

function problem(
  body: { readonly status: number; readonly [member: string]: unknown },
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  return {
    status: body.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    },
    jsonBody: body,
  };
}

/** The token of a request (RFC 6750 section 2.1); undefined where it brings none. */
export function bearerToken(request: HttpRequest): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}

/** A strong entity tag of a version (RFC 9110 section 8.8.3); what may not stand in one is encoded. */
export function etagOf(version: string): string {
  return `"${encodeURIComponent(version)}"`;
}

/**
 * Lets a write pass whose `If-Match` names the current version, or `*` (RFC 9110 section 13.1.1).
 * Without the header it passes too: use `requireIfMatch` where the client has to say it.
 * @param version undefined where there is nothing yet
 * @throws AppError `precondition-failed`
 */
export function checkIfMatch(request: HttpRequest, version: string | undefined): void {
  const header = request.headers.get('if-match');
  if (header === null) return;
  const matches =
    version !== undefined && (header.trim() === '*' || tagsOf(header).includes(etagOf(version)));
  if (!matches) throw new AppError('precondition-failed', 'the version is another by now');
}

/**
 * As `checkIfMatch`, and the header must be there, so that no write goes over an unseen change.
 * @throws AppError `precondition-failed`
 */
export function requireIfMatch(request: HttpRequest, version: string | undefined): void {
  if (!request.headers.has('if-match'))
    throw new AppError('precondition-failed', 'the header If-Match is needed');
  checkIfMatch(request, version);
}

/** Whether `If-None-Match` says that the client has this version: answer 304 (RFC 9110, 13.1.2). */
export function clientHasVersion(request: HttpRequest, version: string): boolean {
  const header = request.headers.get('if-none-match');
  if (header === null) return false;
  if (header.trim() === '*') return true;
  const bare = tagsOf(header).map((tag) => tag.replace(/^W\//, ''));
  return bare.includes(etagOf(version));
}

/** Tags are quoted, and a comma may stand inside the quotes. */
function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** Real tokens are some hundred characters of plain text (Graph docs: change notifications). */
const VALIDATION_TOKEN = /^[\x20-\x7e]{1,2048}$/;
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', "'": '&#39;' };

/**
 * The answer to Graph's validation of an address: its token, decoded, as plain text. What a browser
 * could take for markup is not sent back, whoever asks.
 * @returns undefined where the request is no validation
 * @throws AppError `bad-request` where the token cannot be one
 */
export function validationAnswer(request: HttpRequest): HttpResponseInit | undefined {
  const token = new URL(request.url).searchParams.get('validationToken');
  if (token === null) return undefined;
  if (!VALIDATION_TOKEN.test(token) || /[<>]/.test(token))
    throw new AppError('bad-request', 'this is no validation token');
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
  const body = token.replace(/[&"']/g, (mark) => MARKUP[mark] ?? '');
  return { status: 200, headers, body };
}
