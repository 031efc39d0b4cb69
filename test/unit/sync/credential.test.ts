import { expect, it } from 'vitest';
import { type Credential, endOfCredential } from '../../../lib/sync/credential.ts';

const AT = '2026-01-01T00:00:00.000Z';
const [SOON, LATER] = ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];

const shared = {
  id: '0'.repeat(22),
  connectionSince: AT,
  name: 'A',
  role: 'app',
  createdAt: AT,
} as const;
const hash = 'x'.repeat(43);
const token = (expiresAt: string | null): Credential => ({
  ...shared,
  kind: 'token',
  hash,
  expiresAt,
});
const client = (expiresAt: string | null, ...ends: (string | null)[]): Credential => ({
  ...shared,
  kind: 'client',
  expiresAt,
  secrets: ends.map((end) => ({ id: shared.id, hash, createdAt: AT, expiresAt: end })),
});

it.each([
  ['a token that never ends', token(null), null],
  ['a token that does', token(SOON), SOON],
  ['a client whose secret never ends', client(null, null), null],
  ['a client that ends before its secret', client(SOON, LATER), SOON],
  ['a client whose secret ends before it', client(LATER, SOON), SOON],
  ['a client whose old secret ends, and its new one later', client(null, SOON, LATER), LATER],
  ['a client whose old secret ends, and its new one never', client(null, SOON, null), null],
  ['a client that ends, with a secret that never does', client(LATER, SOON, null), LATER],
  ['a client without a secret', client(null), null],
])('%s opens nothing from %o on', (_what, credential, end) => {
  expect(endOfCredential(credential)).toBe(end);
});
