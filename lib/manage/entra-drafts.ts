import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { type EntraCredential, partSchema } from '../sync/entra-credential.ts';
import { expirySchema } from './credential-view.ts';

/** Ids are compared as they stand: one spelling each. */
const guid = z.guid().toLowerCase();
const clientSecret = z.string().min(1).max(500);
const pem = z.string().min(1).max(20_000);

const shared = {
  name: z.string().trim().min(1).max(100).optional(),
  /** The part that it is used for; absent = all that have none of their own. */
  for: partSchema.optional(),
};

/** A credential for Entra as administrators write it: with its secret, which is never shown. */
export const draftSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...shared,
    kind: z.literal('secret'),
    clientId: guid,
    secret: clientSecret,
    expiresAt: expirySchema.default(null),
  }),
  /** PEM of the certificate and its key. */
  z.strictObject({ ...shared, kind: z.literal('certificate'), clientId: guid, certificate: pem }),
  z.strictObject({
    ...shared,
    kind: z.literal('federated'),
    clientId: guid,
    identityClientId: guid.optional(),
  }),
  z.strictObject({ ...shared, kind: z.literal('connector') }),
]);
export type Draft = z.infer<typeof draftSchema>;

/** How a new connection signs in: by one client secret, or by credentials. */
export const entraDraftSchema = z
  .strictObject({
    tenantId: guid,
    clientId: guid.optional(),
    clientSecret: clientSecret.optional(),
    /** In the order in which they are tried. */
    credentials: z.array(draftSchema).min(1).max(5).optional(),
    /** Whether Graph is asked when secrets end. */
    readsExpiry: z.boolean().optional(),
  })
  .transform(({ clientId, clientSecret: secret, credentials, ...rest }, context) => {
    const isPlain = clientId !== undefined && secret !== undefined && !credentials;
    if (isPlain)
      return { ...rest, drafts: [{ kind: 'secret', clientId, secret, expiresAt: null } as Draft] };
    if (!credentials || clientId !== undefined || secret !== undefined)
      context.addIssue('either clientId and clientSecret, or credentials');
    return { ...rest, drafts: credentials ?? [] };
  });

/** A credential as it is kept, and its secret under the name that it is to have in the vault. */
export interface Settled {
  readonly credential: EntraCredential;
  readonly secrets: ReadonlyMap<string, string>;
}

/** @throws AppError `bad-request` where a certificate cannot be signed in with */
export function settleDraft(connectionId: string, draft: Draft): Settled {
  const { name, for: part } = draft;
  const id = randomUUID().slice(0, 8);
  const own = { id, ...(name && { name }), ...(part && { for: part }) };
  const secretName = `connection-${connectionId}-${id}`;
  switch (draft.kind) {
    case 'secret': {
      const { kind, clientId, secret, expiresAt } = draft;
      return {
        credential: { ...own, kind, clientId, secretName, expiresAt },
        secrets: new Map([[secretName, secret]]),
      };
    }
    case 'certificate': {
      const { kind, clientId, certificate } = draft;
      const expiresAt = endOf(certificate);
      return {
        credential: { ...own, kind, clientId, secretName, expiresAt },
        secrets: new Map([[secretName, certificate]]),
      };
    }
    case 'federated': {
      const { kind, clientId, identityClientId } = draft;
      const identity = identityClientId !== undefined && { identityClientId };
      return {
        credential: { ...own, kind, clientId, expiresAt: null, ...identity },
        secrets: new Map(),
      };
    }
    case 'connector':
      return { credential: { ...own, kind: draft.kind, expiresAt: null }, secrets: new Map() };
  }
}

/** Until when a certificate lasts. Entra takes RSA keys only (Entra docs: certificate credentials). */
function endOf(text: string): string {
  const { certificate, key } = parts(text);
  if (key.asymmetricKeyType !== 'rsa')
    throw new AppError('bad-request', 'certificate: the key is no RSA key');
  if (!certificate.checkPrivateKey(key))
    throw new AppError('bad-request', 'certificate: the key is that of another certificate');
  return new Date(certificate.validTo).toISOString();
}

function parts(text: string) {
  try {
    return { certificate: new X509Certificate(text), key: createPrivateKey(text) };
  } catch {
    // What the parser says may quote the key.
    throw new AppError(
      'bad-request',
      'certificate: PEM of a certificate and of its key, without a password',
    );
  }
}
