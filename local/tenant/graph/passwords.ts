import { z } from 'zod';
import type { Json } from '../directory/directory-object.ts';
import { badRequest, valueRequired } from './graph-error.ts';

const profileSchema = z.object({
  password: z.string().optional(),
  forceChangePasswordNextSignIn: z.boolean().optional(),
  forceChangePasswordNextSignInWithMfa: z.boolean().optional(),
});

const KINDS = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/];

/** Refuses a profile without what a new user needs. Throws GraphError 400. */
export function checkNewPassword(profile: Json | undefined): void {
  const { password, forceChangePasswordNextSignIn } = checkPassword(profile ?? null);
  if (password === undefined || forceChangePasswordNextSignIn === undefined) {
    throw valueRequired('passwordProfile', 'User');
  }
}

/** Refuses what is no profile, and weak passwords. Throws GraphError 400. */
export function checkPassword(profile: Json): z.infer<typeof profileSchema> {
  const parsed = profileSchema.safeParse(profile ?? {});
  if (!parsed.success) {
    throw badRequest("Invalid value specified for property 'passwordProfile' of resource 'User'.");
  }
  const { password } = parsed.data;
  if (password !== undefined && !isStrong(password)) {
    throw badRequest(
      'The specified password does not comply with password complexity requirements. Please provide a different password.',
    );
  }
  return parsed.data;
}

/** 8 to 256 characters of three kinds (Entra docs: password policies). */
function isStrong(password: string): boolean {
  const kinds = KINDS.filter((kind) => kind.test(password)).length;
  return password.length >= 8 && password.length <= 256 && kinds >= 3;
}
