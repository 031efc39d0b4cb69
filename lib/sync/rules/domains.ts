import { domainToASCII } from 'node:url';
import { z } from 'zod';

/** Host names in ASCII (RFC 1123 section 2.1); the last label is not of digits, as an address's is. */
const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** domainToASCII reads as URLs do: it cuts at these, drops tabs and undoes %61. */
const NOT_OF_A_DOMAIN = /[/\\?#%:@[\]\s]/;

const LONGEST = 253;
const ANY = '*.';

/**
 * A domain pattern: `example.com` (that one) or `*.example.com` (all subdomains at any depth, but
 * not example.com itself). Unicode or punycode, in any case; it comes out in lower-case ASCII.
 */
export const domainPatternSchema = z
  .string()
  .overwrite((text) => normalPattern(text) ?? text)
  .refine((text) => normalPattern(text) === text, {
    error: 'a domain is written as example.com, or as *.example.com for all of its subdomains',
  });

/**
 * Whether an address or a userPrincipalName is of one of the domains: what stands behind its last @
 * counts. A guest's `ada_contoso.com#EXT#@tenant.onmicrosoft.com` is of tenant.onmicrosoft.com
 * (Entra docs: properties of a B2B collaboration user).
 *
 * | address | patterns | then |
 * | --- | --- | --- |
 * | `ada@example.com` | `example.com` | yes |
 * | `ada@eu.example.com` | `example.com` | no |
 * | `ada@eu.example.com`, `ada@a.eu.example.com` | `*.example.com` | yes |
 * | `ada@example.com` | `*.example.com` | no |
 * | none, or one without an @ | any | no |
 * | any | none | no: what an empty list means is for the caller to say |
 */
export function isOfDomains(address: string | undefined, patterns: readonly string[]): boolean {
  const domain = domainOf(address ?? '');
  return domain !== undefined && patterns.some((pattern) => matches(domain, pattern));
}

function domainOf(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at > 0 ? normalDomain(address.slice(at + 1).trim()) : undefined;
}

function matches(domain: string, pattern: string): boolean {
  const normal = normalPattern(pattern);
  if (normal === undefined) return false;
  return normal.startsWith(ANY) ? domain.endsWith(normal.slice(1)) : domain === normal;
}

function normalPattern(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith(ANY)) {
    const above = normalDomain(trimmed.slice(ANY.length));
    return above && ANY + above;
  }
  const domain = normalDomain(trimmed);
  // `contoso` alone is a forgotten `.com`; `*.de` may be meant.
  return domain?.includes('.') ? domain : undefined;
}

function normalDomain(text: string): string | undefined {
  // Nearly all are in their normal form already, and every user is asked about.
  if (DOMAIN.test(text)) return text;
  if (text.length > LONGEST || NOT_OF_A_DOMAIN.test(text)) return undefined;
  const ascii = domainToASCII(text);
  return DOMAIN.test(ascii) ? ascii : undefined;
}
