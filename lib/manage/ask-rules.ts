import { AppError, hasCode } from '../errors.ts';
import type { Named } from '../ports/entra.ts';
import type { Services } from '../ports.ts';
import type { Connection } from '../sync/connection.ts';
import type { Kind } from '../sync/entry.ts';
import { compileRules } from '../sync/rules/compile.ts';
import type { MappingSetting } from '../sync/rules/mapping-setting.ts';
import { MANAGER } from '../sync/rules/rules.ts';
import {
  type Asked,
  type AskedRules,
  type Chosen,
  type RuleSettings,
  ruleSettingsSchema,
} from '../sync/rules/settings.ts';
import { requireWritable } from './require-writable.ts';

type Resolve = (kind: Kind, path: string, asked: readonly Asked[]) => Chosen[];

/**
 * Rules as they are kept: groups and users that are named are looked up in the tenant, so that ids
 * tie them and renames do no harm. What is ambiguous or unknown is refused.
 * @throws AppError `bad-request` that names the setting; of the side `entra` where it cannot be asked
 */
export async function settleRules(
  { directories }: Pick<Services, 'directories'>,
  connection: Connection,
  asked: AskedRules,
): Promise<RuleSettings> {
  const { users, groups, entitlements } = asked;
  refuseSpellings(directories, 'user', users.mappings);
  refuseSpellings(directories, 'group', groups.mappings);
  const groupTexts = [
    ...users.groups,
    ...users.allow,
    ...users.deny,
    ...groups.policy,
    ...entitlements.flatMap((entitlement) => entitlement.groups),
    ...(users.targetGroup === undefined ? [] : [users.targetGroup]),
  ].flatMap(textOf);
  const userTexts = users.users.flatMap(textOf);
  const feed = directories.entra(connection);
  const found: Record<Kind, ReadonlyMap<string, readonly Named[]>> = {
    group: groupTexts.length > 0 ? await feed.named('group', [...new Set(groupTexts)]) : new Map(),
    user: userTexts.length > 0 ? await feed.named('user', [...new Set(userTexts)]) : new Map(),
  };
  const resolve: Resolve = (kind, path, some) =>
    some.map((one, index) => resolved(found[kind], one, `rules.${path}.${index}`));
  const [targetGroup] = users.targetGroup
    ? resolve('group', 'users.targetGroup', [users.targetGroup])
    : [];
  if (targetGroup) await requireWritable(directories, connection, targetGroup.id);
  const settings = ruleSettingsSchema.parse({
    users: {
      ...users,
      targetGroup,
      groups: resolve('group', 'users.groups', users.groups),
      users: resolve('user', 'users.users', users.users),
      allow: resolve('group', 'users.allow', users.allow),
      deny: resolve('group', 'users.deny', users.deny),
    },
    groups: { ...groups, policy: resolve('group', 'groups.policy', groups.policy) },
    entitlements: entitlements.map((entitlement, index) => ({
      ...entitlement,
      groups: resolve('group', `entitlements.${index}.groups`, entitlement.groups),
    })),
  });
  // Expressions, properties and the like are refused now, not when they are needed.
  compileRules(settings);
  return settings;
}

/** Under another spelling a value would never read back, and differ for ever. */
function refuseSpellings(
  { spelling }: Pick<Services['directories'], 'spelling'>,
  kind: Kind,
  mappings: readonly MappingSetting[],
): void {
  for (const [index, { target }] of mappings.entries()) {
    const path = `rules.${kind}s.mappings.${index}.target`;
    if (target === MANAGER) continue;
    const spelled = spelledBy(() => spelling(kind, target), path);
    if (spelled !== target)
      throw new AppError('bad-request', `${path}: the directory spells it ${spelled}`);
  }
}

function spelledBy(spell: () => string, path: string): string {
  try {
    return spell();
  } catch (error) {
    if (!hasCode(error, 'bad-request')) throw error;
    throw new AppError('bad-request', `${path}: ${error.message}`);
  }
}

/** What is to be looked up of one that was named; nothing of one that the settings knew before. */
function textOf(asked: Asked): string[] {
  return typeof asked === 'string' ? [asked] : [];
}

function resolved(
  found: ReadonlyMap<string, readonly Named[]>,
  asked: Asked,
  path: string,
): Chosen {
  if (typeof asked !== 'string') return asked;
  const [one, other] = found.get(asked) ?? [];
  if (!one) throw new AppError('bad-request', `${path}: nothing in the tenant has this id or name`);
  if (other)
    throw new AppError(
      'bad-request',
      `${path}: several in the tenant have this name; give the object id of one`,
    );
  return { id: one.id.toLowerCase(), name: one.userPrincipalName ?? one.displayName };
}
