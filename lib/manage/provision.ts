import { z } from 'zod';
import { AppError } from '../errors.ts';
import { provision } from '../flows/entries/provision.ts';
import { readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { askedObject, askedObjectShape } from './asked-object.ts';
import { connectionOf } from './connections.ts';
import { type Contract, OF_THE_TENANT, route } from './contract.ts';
import { requirePull } from './import.ts';
import { PROVISIONED_EXAMPLE, provisionedSchema } from './provision-view.ts';

const provisionSchema = z.strictObject({
  ...askedObjectShape,
  /** Tell what would be done, and do nothing. */
  dryRun: z.boolean().default(false),
});

const contract = {
  operation: 'provisionOnDemand',
  summary: 'Brings one user or group in step now, and tells every step; a dry run only tells',
  body: {
    schema: provisionSchema,
    example: { user: 'anais.tanaka@contoso.example', dryRun: true },
  },
  answers: {
    200: { description: 'What came of it', body: provisionedSchema, example: PROVISIONED_EXAMPLE },
    202: {
      description: 'It takes longer than an answer may; a dry run shows how far it is',
      body: provisionedSchema,
      example: PROVISIONED_EXAMPLE,
    },
  },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/** Brings one user or group in step now, and tells every step of it; a dry run only tells. */
export const provisionOnDemand = route(contract)(async (call) => {
  const connection = await connectionOf(call);
  requirePull(connection);
  const { dryRun, ...body } = await readJson(call.request, provisionSchema);
  const asked = askedObject(body);
  if (!asked)
    throw new AppError(
      'bad-request',
      'name one object: "user" (object id or userPrincipalName) or "group" (object id or exact name)',
    );
  if (!dryRun) refuseIdle(connection);
  const { steps, isPending } = await provision(call.services, connection, {
    ...asked,
    dryRun,
    by: call.caller.id,
  });
  return { status: isPending ? 202 : 200, jsonBody: { dryRun, steps } };
});

/** What a lane would do for a connection that is off, nobody expects. */
function refuseIdle({ enabled, leaving }: StoredConnection): void {
  if (leaving)
    throw new AppError(
      'conflict',
      'the connection is being removed; ask for a dry run ("dryRun": true)',
    );
  if (!enabled)
    throw new AppError(
      'conflict',
      'directory sync is off; switch it on first (PUT …/sync), or ask for a dry run ("dryRun": true)',
    );
}
