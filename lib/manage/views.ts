import { z } from 'zod';

/** UTC, ISO 8601. */
export const timeSchema = z.iso.datetime();

export const countSchema = z.int().min(0);

/** Any JSON; one schema, so that the description names it once. */
export const jsonSchema = z.json();

/** The address of the following page; absent on the last one. */
export const nextSchema = z.string().optional();

export const kindSchema = z.enum(['user', 'group']);

/** What an attribute holds; null = nothing. */
export const valueSchema = z.union([z.string(), z.boolean(), z.array(z.string())]).nullable();

/** How much was, or is to be, taken away. */
export const lossesViewSchema = z.strictObject({
  users: countSchema,
  groups: countSchema,
  memberships: countSchema,
  entitlements: countSchema,
  attributes: countSchema,
});

/** A run that was promised, or joined. */
export const promisedRunSchema = z.strictObject({
  runId: z.string(),
  location: z.string(),
  /** It was open, or promised, already. */
  joined: z.boolean(),
});

/** Things that examples speak of: one story throughout. */
export const EXAMPLE = {
  connectionId: 'contoso',
  tenantId: '9c1f7a52-0d0e-4f5c-8f3a-6a6f0f1d2c3b',
  clientId: '4b7b3c1e-5a51-4c59-9a77-1f2e3d4c5b6a',
  userId: '0e6b0f6a-7d0f-4a0b-9a57-3f6f2b1c4d5e',
  groupId: '6d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a',
  appId: '2f4e6d8c-1b3a-4c5d-9e7f-8a9b0c1d2e3f',
  runId: '1795343400000-1a2b3c4d',
  credentialId: '0123456789abcdef012345',
  secretId: '543210fedcba9876543210',
  messageId: '8204656599999:7c9e6679-7425-40de-944b-e07fc1f90ae7',
  at: '2026-11-22T10:30:00.000Z',
  later: '2026-11-22T10:30:04.500Z',
} as const;

/** How many of each kind are in step. */
export const inStepSchema = z.strictObject({
  users: countSchema,
  groups: countSchema,
  memberships: countSchema,
  entitlements: countSchema,
});
