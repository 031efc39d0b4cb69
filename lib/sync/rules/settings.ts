import { z } from 'zod';
import { DEFAULT_ALIASES } from './aliases.ts';
import { domainPatternSchema } from './domains.ts';
import { mappingSettingSchema } from './mapping-setting.ts';
import { MATCHING_ATTRIBUTES } from './matching.ts';
import { namePatternSchema } from './name-patterns.ts';
import { EXTENSION_ATTRIBUTES } from './properties.ts';

const guid = z.guid().toLowerCase();
const groupName = z.string().trim().min(1).max(256);

/** A user or group as settings keep it: tied by id; the name is what it was when it was chosen. */
const chosenSchema = z.strictObject({ id: guid, name: z.string().max(256).optional() });
export type Chosen = z.infer<typeof chosenSchema>;

/** As an administrator names it: by id, or by its exact name. */
const askedSchema = z.union([z.string().trim().min(1).max(256), chosenSchema], {
  error: 'an object id, an exact name, or { "id": … }',
});

/** How many groups and users one list may name. */
const MOST_CHOSEN = 500;

function directionsShape() {
  return {
    /** What is in Entra reaches the application; off, nothing of the kind is written there. */
    import: z.boolean().default(true),
    /** What the application changes of linked objects reaches Entra. */
    export: z.boolean().default(false),
  };
}

/** How users of the application are made in Entra. */
const userCreationSchema = z.strictObject({
  /** A verified domain of the tenant: what stands behind the @ of the sign-in names. */
  domain: domainPatternSchema.refine((domain) => !domain.startsWith('*') && domain.length <= 48, {
    error: 'one verified domain of the tenant, such as example.com',
  }),
  /** What stands before it: `{attribute}` is what the entry has, an address without its domain. */
  userPrincipalName: z.string().trim().min(1).max(200).default('{userName}'),
  /** The property in which a user carries where it comes from. */
  marker: z.enum(EXTENSION_ATTRIBUTES).default('extensionAttribute15'),
});

function usersShape<Ref extends z.ZodType>(ref: Ref) {
  const refs = () => z.array(ref).max(MOST_CHOSEN).default([]);
  return {
    ...directionsShape(),
    /** Active users of the application that Entra does not know are made there; null = no. */
    create: userCreationSchema.nullable().default(null),
    /** Who is in the base scope: everybody, or members of `groups` and the `users` named. */
    scope: z.enum(['all', 'chosen']).default('all'),
    /** Chosen groups; those nested in them count too, through any depth. */
    groups: refs(),
    users: refs(),
    /** Only users whose address is of one of these; empty = any. */
    domains: z.array(domainPatternSchema).max(200).default([]),
    domainOf: z.enum(['userPrincipalName', 'mail']).default('userPrincipalName'),
    types: z.enum(['members', 'guests', 'both']).default('members'),
    /** Disabled accounts are inactive in the application, or take no part. */
    accounts: z.enum(['all', 'enabled']).default('all'),
    /** Who is in none of these (where there are any), or in one of `deny`, is refused. */
    allow: refs(),
    deny: refs(),
    refused: z.enum(['inactive', 'left-out']).default('inactive'),
    /** What becomes of the application's entry of who leaves the scope. */
    leaving: z.enum(['deactivate', 'delete', 'keep']).default('deactivate'),
    /** … of who is deleted and can be restored, and of who is gone for good. */
    softDeleted: z.enum(['deactivate', 'delete', 'keep']).default('deactivate'),
    deleted: z.enum(['delete', 'deactivate', 'keep']).default('delete'),
    /** What becomes of the account whose entry the application deletes; `keep` makes the entry again. */
    exportDeletion: z.enum(['disable', 'delete', 'keep']).default('disable'),
    /** User names (`*` stands for anything) whose entries are deactivated where others are deleted. */
    neverDelete: z.array(namePatternSchema).max(200).default([]),
    /** An entry that is to be deleted is inactive for so many days first. */
    graceDays: z.number().int().min(0).max(365).default(0),
    /** What to do about an entry that is there already and matches. */
    existing: z.enum(['skip', 'adopt']).default('skip'),
    /** By which attributes an entry is found, in this order. */
    matching: z.array(z.enum(MATCHING_ATTRIBUTES)).min(1).max(4).default(['userName']),
    /** A given name or surname that is missing: taken from the display name, or a failure, or left. */
    missingNames: z.enum(['display-name', 'fail', 'leave-empty']).default('display-name'),
    /** Templates of sign-in names, separated by `;`; null = none. */
    aliases: z.string().max(1_000).nullable().default(DEFAULT_ALIASES),
    /** A group in Entra whose members the users are who are exported. */
    targetGroup: ref.optional(),
    /** What flows instead of the defaults, or beside them. */
    mappings: z.array(mappingSettingSchema).max(200).default([]),
    /** What becomes of an attribute that flows no more. */
    unmapped: z.enum(['clear', 'keep']).default('clear'),
  };
}

function groupsShape<Ref extends z.ZodType>(ref: Ref) {
  return {
    ...directionsShape(),
    /** As what groups of the application that Entra does not know are made there; null = not. */
    create: z.enum(['security', 'microsoft365']).nullable().default(null),
    /** `chosen`: groups by `ids`, exact `names` or `prefixes` of names, without case. */
    scope: z.enum(['none', 'all', 'chosen']).default('all'),
    ids: z.array(guid).max(MOST_CHOSEN).default([]),
    names: z.array(groupName).max(MOST_CHOSEN).default([]),
    prefixes: z.array(groupName).max(MOST_CHOSEN).default([]),
    /** Also groups that have no e-mail address. */
    withoutMail: z.boolean().default(false),
    /** Always imported, with their members: the application's access rules name them. */
    policy: z.array(ref).max(MOST_CHOSEN).default([]),
    /**
     * Of a group that is not imported and nested in one that is: its members count as members of that
     * one, or not.
     */
    nested: z.enum(['skip', 'flatten']).default('skip'),
    leaving: z.enum(['delete', 'keep']).default('delete'),
    softDeleted: z.enum(['delete', 'keep']).default('delete'),
    deleted: z.enum(['delete', 'keep']).default('delete'),
    /** … of the group; a security group that is deleted in Entra may be gone for good. */
    exportDeletion: z.enum(['keep', 'delete']).default('keep'),
    mappings: z.array(mappingSettingSchema).max(200).default([]),
    unmapped: z.enum(['clear', 'keep']).default('clear'),
  };
}

function entitlementShape<Ref extends z.ZodType>(ref: Ref) {
  return {
    /** What stands in the application's `entitlements`. */
    value: z.string().trim().min(1).max(100),
    groups: z.array(ref).min(1).max(MOST_CHOSEN),
    /** How many users can have it; absent = any number. */
    seats: z.number().int().min(0).max(1_000_000).optional(),
  };
}

function rulesShape<Ref extends z.ZodType>(ref: Ref) {
  return z.strictObject({
    users: z.strictObject(usersShape(ref)).prefault({}),
    groups: z.strictObject(groupsShape(ref)).prefault({}),
    entitlements: z
      .array(z.strictObject(entitlementShape(ref)))
      .max(50)
      .default([]),
  });
}

/** Who takes part, what flows, and what becomes of leavers: a connection's rules, as kept. */
export const ruleSettingsSchema = rulesShape(chosenSchema);
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;

/** The same as administrators write it: groups and users by name, too. */
export const askedRulesSchema = rulesShape(askedSchema);
export type AskedRules = z.infer<typeof askedRulesSchema>;
export type Asked = z.infer<typeof askedSchema>;

/** What a new connection begins with; docs/rules.md lists it for people. */
export const DEFAULT_SETTINGS: RuleSettings = ruleSettingsSchema.parse({});

/** Connections that were made before there were rules go on as they did: everything takes part. */
export const SETTINGS_OF_BEFORE: RuleSettings = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});
