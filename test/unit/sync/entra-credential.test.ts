import { describe, expect, it } from 'vitest';
import {
  credentialsFor,
  type EntraCredential,
  partsOf,
  secretNamesOf,
} from '../../../lib/sync/entra-credential.ts';

const clientId = '99999999-2222-4333-8444-555555555555';
const secret = (id: string, part?: EntraCredential['for']): EntraCredential => ({
  id,
  kind: 'secret',
  clientId,
  secretName: `vault-${id}`,
  expiresAt: null,
  ...(part && { for: part }),
});
const connector: EntraCredential = { id: 'c', kind: 'connector', expiresAt: null };
const connection = (...credentials: EntraCredential[]) => ({ entra: { credentials } });
const ids = (some: readonly EntraCredential[]) => some.map(({ id }) => id);

describe('the credentials of a part', () => {
  const known = connection(secret('a'), secret('g', 'groups'), connector);

  it('are the general ones, in their order', () => {
    expect(ids(credentialsFor(known, 'users'))).toEqual(['a', 'c']);
    expect(ids(credentialsFor(known))).toEqual(['a', 'c']);
  });

  it('are its own, where it has some, and none of the others', () => {
    expect(ids(credentialsFor(known, 'groups'))).toEqual(['g']);
  });

  it('tell what a credential is used for', () => {
    expect(partsOf(known, secret('a'))).toEqual(['users', 'domains', 'export']);
    expect(partsOf(known, secret('g'))).toEqual(['groups']);
  });
});

it('secrets are named where there are some', () => {
  expect(secretNamesOf([secret('a'), connector])).toEqual(['vault-a']);
});
