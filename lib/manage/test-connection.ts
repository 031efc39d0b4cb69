import { z } from 'zod';
import { AppError } from '../errors.ts';
import { hasBody, readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Proof } from '../sync/authorization.ts';
import { checkSchema, isPassed, skipped } from '../sync/check.ts';
import { type Connection, isPush } from '../sync/connection.ts';
import { clientIdOf, PARTS, type Part } from '../sync/entra-credential.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { testedKey } from '../sync/tested.ts';
import { checkApplication } from './check-application.ts';
import { checkTenant, type TenantChecks } from './check-tenant.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { draftSchema } from './entra-drafts.ts';
import { changedEntra, type EntraChange, entraChangeSchema, withDrafts } from './entra-settings.ts';
import { proofsOf } from './look-at-tenant.ts';
import type { Call } from './manage.ts';
import { EXAMPLE, timeSchema } from './views.ts';

/** Settings that are not saved yet. */
const unsavedSchema = z.strictObject({
  entra: entraChangeSchema
    .extend({ credentials: z.array(draftSchema).min(1).max(5).optional() })
    .optional(),
  /** What would be written to Entra. */
  export: z.strictObject({ users: z.boolean(), groups: z.boolean() }).partial().optional(),
});
type Unsaved = z.infer<typeof unsavedSchema>;

const contract = {
  operation: 'testConnection',
  summary: 'Tests a connection line by line, as it is saved or with settings that are not',
  body: { schema: unsavedSchema, example: {}, optional: true },
  answers: {
    200: {
      description: 'What was found, in order or not',
      body: z.strictObject({
        /** No line fails that is required. */
        passed: z.boolean(),
        at: timeSchema,
        checks: z.array(checkSchema),
      }),
      example: {
        passed: false,
        at: EXAMPLE.at,
        checks: [
          {
            check: 'token',
            status: 'failed',
            required: false,
            credentialId: '5f0c2d1e',
            code: 'credential-refused',
            detail: 'Entra refused the credential: AADSTS7000222',
            next: 'the client secret has expired: make a new one in the app registration, and enter it',
          },
        ],
      },
    },
  },
  problems: ['conflict', 'throttled'],
} satisfies Contract;

/**
 * Tests a connection: each line says whether it is in order, and what to do where it is not. With
 * settings in the body those are tested, and nothing is kept of it; without, a test that is passed is
 * what switching on takes.
 */
export const testConnection = route(contract)(async (call) => {
  const { services } = call;
  const connection = await connectionOf(call);
  const unsaved = hasBody(call.request) ? await readJson(call.request, unsavedSchema) : {};
  const isOfSettings = Object.keys(unsaved).length > 0;
  const { entra, secrets } = entraOf(call, connection, unsaved);
  const asked = withExport({ ...connection, entra }, unsaved.export);
  const tenant = isPush(connection) ? PUSHED : await checkTenant(call, asked, secrets);
  const checks = [...tenant.checks, ...(await checkApplication(call, asked))];
  const passed = isPassed(checks);
  const at = new Date(services.clock.now()).toISOString();
  if (!isOfSettings) await keep(call, connection, { tenant, passed, at });
  services.log.info('connection tested', { connectionId: connection.id, passed });
  return { status: 200, jsonBody: { passed, at, checks } };
});

/** Where Entra's provisioning service writes, nobody signs in. */
const PUSHED: TenantChecks = {
  checks: [skipped({ check: 'token', required: false }, 'push')],
  seen: { users: undefined, groups: undefined, domains: undefined, export: undefined },
};

function entraOf(call: Call, connection: Connection, { entra }: Unsaved): EntraChange {
  const { credentials, ...change } = entra ?? {};
  return credentials ? withDrafts(call, connection, credentials) : changedEntra(connection, change);
}

function withExport(connection: Connection, switches: Unsaved['export']): Connection {
  if (!switches) return connection;
  const rules = rulesOf(connection).settings;
  const { users = rules.users.export, groups = rules.groups.export } = switches;
  return {
    ...connection,
    rules: {
      ...rules,
      users: { ...rules.users, export: users },
      groups: { ...rules.groups, export: groups },
    },
  };
}

async function keep(
  call: Call,
  connection: StoredConnection,
  { tenant, passed, at }: { tenant: TenantChecks; passed: boolean; at: string },
): Promise<void> {
  const { authorizations, config } = call.services;
  const by = call.caller.id;
  const proofs: Partial<Record<Part, Proof>> = {};
  for (const part of PARTS) {
    const seen = tenant.seen[part];
    if (!seen) continue;
    const clientId = clientIdOf(seen.credential, config.connector.clientId) ?? null;
    Object.assign(proofs, proofsOf(seen.looked, [part], { at, by, how: 'test', clientId }));
  }
  await authorizations.prove(connection, proofs);
  await authorizations.tested(connection, { at, by, passed, of: testedKey(connection) });
}

/**
 * Nothing is switched on that was not tested as it is now.
 * @throws AppError `conflict`
 */
export async function requireTest({ services }: Call, connection: StoredConnection): Promise<void> {
  const { test } = await services.authorizations.of(connection);
  const how = `POST /manage/connections/${connection.id}/test`;
  if (!test || test.of !== testedKey(connection))
    throw new AppError('conflict', `the connection needs a test of its settings first: ${how}`);
  if (!test.passed)
    throw new AppError(
      'conflict',
      `the last test of the connection was not passed; do what its red lines say, then ${how}`,
    );
}
