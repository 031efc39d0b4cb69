/** What somebody claims to be: an id and the secret that goes with it. */
export interface Presented {
  readonly id: string;
  readonly secret: string;
}

/** Longer than any that is issued here; what is longer is not looked at. */
const MOST_CHARACTERS = 2_048;

/** RFC 6750 section 2.1: `b64token`. */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const BASIC = /^basic +([\w+/-]+=*)$/i;
const STATIC = /^([0-9a-f]{22}):([\w-]{43})$/;

/**
 * The bearer token of an `Authorization` header: a JWT, or the id and secret of a static token; which
 * of the two shows in its form.
 * @returns undefined for anything else
 */
export function presentedBearer(
  authorization: string | null,
): Presented | { readonly jwt: string } | undefined {
  const token = matched(BEARER, authorization);
  if (token === undefined) return undefined;
  if (JWT.test(token)) return { jwt: token };
  const [, id, secret] = STATIC.exec(fromBase64(token)) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/**
 * The client id and secret of an `Authorization` header with the scheme Basic; both are encoded as
 * in forms (RFC 6749 section 2.3.1).
 * @returns undefined for anything else
 */
export function presentedBasic(authorization: string | null): Presented | undefined {
  const encoded = matched(BASIC, authorization);
  if (encoded === undefined) return undefined;
  const pair = fromBase64(encoded);
  const colon = pair.indexOf(':');
  const [id, secret] = [fromForm(pair.slice(0, colon)), fromForm(pair.slice(colon + 1))];
  return colon > 0 && id && secret ? { id, secret } : undefined;
}

function matched(form: RegExp, text: string | null): string | undefined {
  if (text === null || text.length > MOST_CHARACTERS) return undefined;
  return form.exec(text)?.[1];
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function fromForm(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
