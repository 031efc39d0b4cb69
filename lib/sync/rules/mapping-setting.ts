import { z } from 'zod';

/**
 * An attribute of the application under its flat SCIM name: `title`, `name.givenName`,
 * `emails[type eq "work"].value`, `urn:…:User:department` (RFC 7644 section 3.5.2, paths).
 */
const TARGET =
  /^(?:urn:[\w.:-]{1,150}:)?[A-Za-z][\w$-]{0,60}(?:\[type eq "[\w -]{1,40}"\])?(?:\.[A-Za-z][\w-]{0,60})?$/;

/** What the sync itself keeps: the id, who is a member of what, and whether an entry is active. */
const OWN = new Set([
  'id',
  'externalid',
  'meta',
  'schemas',
  'active',
  'members',
  'groups',
  'password',
]);

/** What every object has, where it is looked for without care. */
const INHERITED = /(?:^|[.:])(?:constructor|prototype)(?:$|[.[])/i;

const target = z
  .string()
  .max(250)
  .regex(TARGET, 'a SCIM attribute, such as title, name.givenName or emails[type eq "work"].value')
  .refine((name) => !INHERITED.test(name), 'a name that no attribute can have')
  .refine((name) => !OWN.has(name.toLowerCase()), 'an attribute that the sync keeps by itself');

const common = {
  target,
  /** Where the source yields nothing. */
  default: z.string().min(1).max(1_000).optional(),
  direction: z.enum(['import', 'export', 'both']).default('import'),
  /** Whose value stays where both sides have changed. */
  winner: z.enum(['entra', 'app']).default('entra'),
  apply: z.enum(['always', 'creation']).default('always'),
};

/** How one attribute of the application comes about. */
export const mappingSettingSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('direct'), source: z.string().min(1).max(120), ...common }),
  z.strictObject({
    type: z.literal('constant'),
    value: z.union([z.string().min(1).max(1_000), z.boolean()]),
    ...common,
  }),
  z.strictObject({
    type: z.literal('expression'),
    expression: z.string().min(1).max(10_000),
    ...common,
  }),
  /** Nothing flows into it. */
  z.strictObject({ type: z.literal('none'), target }),
]);
export type MappingSetting = z.infer<typeof mappingSettingSchema>;
