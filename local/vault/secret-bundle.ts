import type { Secret, SecretVersion } from './secret-store.ts';

const PAGE_SIZE = 25;
const RETENTION_DAYS = 90;

/** The address of a secret, or of one of its versions. */
export function idOf(url: URL, name: string, version?: string): string {
  return `${url.origin}/secrets/${name}${version ? `/${version}` : ''}`;
}

/** A version without its value, as lists show it. */
export function item(url: URL, name: string, version: SecretVersion): Record<string, unknown> {
  const { value: _hidden, version: number, ...rest } = version;
  const attributes = {
    ...rest.attributes,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: RETENTION_DAYS,
  };
  return { ...rest, id: idOf(url, name, number), attributes };
}

/** A version with its value. */
export function bundle(url: URL, name: string, version: SecretVersion): Record<string, unknown> {
  return { ...item(url, name, version), value: version.value };
}

/** A deleted secret with its current version. */
export function deletedBundle(
  url: URL,
  found: Secret,
  current: SecretVersion,
): Record<string, unknown> {
  const deletedDate = found.deletedAt ?? 0;
  return {
    ...item(url, found.name, current),
    recoveryId: `${url.origin}/deletedsecrets/${found.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + RETENTION_DAYS * 86_400,
  };
}

/** A page, with the link to the next one (`$skiptoken` is the number of items before it). */
export function page(url: URL, items: readonly unknown[]): Record<string, unknown> {
  const size = Math.min(
    Number(url.searchParams.get('maxresults') ?? PAGE_SIZE) || PAGE_SIZE,
    PAGE_SIZE,
  );
  const from = Number(url.searchParams.get('$skiptoken') ?? 0) || 0;
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(from + size));
  const nextLink = from + size < items.length ? next.href : null;
  return { value: items.slice(from, from + size), nextLink };
}
