import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WRITE_ROLES } from '../graph/permissions.ts';
import { limitsFor, limitsSchema } from '../limits.ts';
import { registeredAppSchema } from '../sign-in/registered-app.ts';
import {
  type ControlAnswer,
  ControlError,
  type ControlRequest,
  type ControlWorld,
} from './control.ts';

const changeSchema = registeredAppSchema.omit({ clientId: true }).partial().extend({
  /** Adds the permissions to write users and groups, or takes them away. */
  writes: z.boolean().optional(),
});

/** Changes what an application may do and signs in with; permissions show in new tokens only. */
export function changeApp(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const clientId = request.segments[1] ?? '';
  const app = control.apps.get(clientId);
  if (app === undefined) throw new ControlError(404, `There is no app '${clientId}'.`);
  const given = changeSchema.parse(request.body);
  const { roles = app.roles, writes, secret = app.secret, ...rest } = given;
  control.apps.set(clientId, { ...app, ...rest, secret, roles: withWrites(roles, writes) });
  return { status: 204 };
}

/** Registers an application, with a client id and a secret of its own where none are given. */
export function registerApp({ apps }: ControlWorld, { body }: ControlRequest): ControlAnswer {
  const given = changeSchema.extend({ clientId: z.string().optional() }).parse(body ?? {});
  const { clientId = randomUUID(), roles = [], writes, secret = randomUUID(), ...rest } = given;
  apps.set(clientId, { ...rest, clientId, secret, roles: withWrites(roles, writes) });
  return { status: 201, body: { clientId, secret } };
}

const rotationSchema = z.strictObject({ keep: z.boolean().default(true) });

/** Tokens are signed with a new key from now on. */
export function rotateKeys({ tokens }: ControlWorld, { body }: ControlRequest): ControlAnswer {
  const { keep } = rotationSchema.parse(body ?? {});
  return { status: 200, body: { keyId: tokens.rotate(keep) } };
}

function withWrites(roles: readonly string[], writes: boolean | undefined): readonly string[] {
  if (writes === undefined) return roles;
  const others = roles.filter((role) => !WRITE_ROLES.includes(role));
  return writes ? [...others, ...WRITE_ROLES] : others;
}

/** Sets what every application may use; what was used before is forgotten. */
export function relimit(
  { throttling, world }: ControlWorld,
  { body }: ControlRequest,
): ControlAnswer {
  const chosen = limitsSchema.parse(body);
  throttling.relimit(() => limitsFor(world.directory.counts().users, chosen));
  return { status: 204 };
}
