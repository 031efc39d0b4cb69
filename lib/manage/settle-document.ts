import { AppError, hasCode } from '../errors.ts';
import { type Connection, DEFAULT_AUDIT_DAYS, DEFAULT_WRITE_SHARE } from '../sync/connection.ts';
import type { EntraCredential } from '../sync/entra-credential.ts';
import { DEFAULT_RESYNC_DAYS } from '../sync/resyncs.ts';
import type { RuleSettings } from '../sync/rules/settings.ts';
import { settleRules } from './ask-rules.ts';
import { requireReading, requireWord } from './import.ts';
import { importedEntra } from './imported-entra.ts';
import type { Call } from './manage.ts';
import type { AskedDocument } from './settings-document.ts';
import { askedWebhook, type MadeSecret } from './webhook-setting.ts';

/** A document as a connection, and what of it is not in the vault. */
export interface SettledDocument {
  readonly connection: Connection;
  readonly rules: RuleSettings;
  /** Credentials that have no secret. */
  readonly lacking: readonly EntraCredential[];
  /** Of webhooks, made just now. */
  readonly secrets: {
    readonly alerts: MadeSecret | undefined;
    readonly welcome: MadeSecret | undefined;
  };
}

/** What of a connection no document says, and the settings that it had. */
export type Own = Pick<Connection, 'id' | 'enabled' | 'settingsVersion' | 'createdAt'> &
  Partial<Connection>;

/**
 * What a document makes of a connection, or of a new one; nothing is saved.
 * @throws AppError `bad-request` with everything that is wrong; of the tenant where names have to be
 *   looked up in it
 */
export async function settleDocument(
  call: Call,
  own: Own,
  document: AskedDocument,
): Promise<SettledDocument> {
  const problems: string[] = [];
  const { id } = own;
  const entra = told(problems, () => importedEntra(call, id, document.entra, own.entra));
  const alerts = told(problems, () =>
    askedWebhook(call, id, document.alerts.webhook, own.alerts?.webhook),
  );
  const welcome = told(problems, () =>
    askedWebhook(call, id, document.welcome?.webhook ?? null, own.welcome?.webhook),
  );
  const bare = { ...withSettings(call, own, document), entra: entra ?? NO_ENTRA };
  told(problems, () => requireWord(bare));
  const rules = await rulesOf(call, bare, { document, problems });
  if (problems.length > 0 || !entra || !rules)
    throw new AppError('bad-request', problems.join('; '));
  const connection: Connection = {
    ...bare,
    rules,
    ...alertsOf(own, document, alerts?.webhook),
    ...welcomeOf(document, welcome?.webhook),
  };
  const lacking = await withoutSecret(call, entra.credentials);
  return { connection, rules, lacking, secrets: { alerts: alerts?.made, welcome: welcome?.made } };
}

const NO_ENTRA: Connection['entra'] = { tenantId: '', clientId: '', credentials: [] };

/** @returns undefined where something is wrong, which is noted */
function told<T>(problems: string[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!hasCode(error, 'bad-request')) throw error;
    problems.push(error.message);
    return undefined;
  }
}

async function rulesOf(
  { services }: Call,
  connection: Connection,
  { document, problems }: { readonly document: AskedDocument; readonly problems: string[] },
): Promise<RuleSettings | undefined> {
  try {
    const rules = await settleRules(services, connection, document.rules);
    requireReading(connection, rules);
    return rules;
  } catch (error) {
    if (!hasCode(error, 'bad-request')) throw error;
    problems.push(error.message);
    return undefined;
  }
}

function withSettings(
  { services }: Call,
  own: Own,
  document: AskedDocument,
): Omit<Connection, 'entra'> {
  const { id, enabled, leaving, settingsVersion, createdAt } = own;
  const { name, app, automatic, objectIdAttribute, guard, resyncDays, auditDays, writeShare } =
    document;
  return {
    id,
    name,
    enabled,
    app,
    import: document.import,
    ...(objectIdAttribute !== null && { objectIdAttribute }),
    ...(isSaid(own.automatic, automatic, true) && { automatic }),
    ...((own.guard || Object.keys(guard).length > 0) && { guard }),
    ...(isSaid(own.resyncDays, resyncDays, DEFAULT_RESYNC_DAYS) && { resyncDays }),
    ...(isSaid(own.auditDays, auditDays, DEFAULT_AUDIT_DAYS) && { auditDays }),
    ...(isSaid(own.writeShare, writeShare, DEFAULT_WRITE_SHARE) && { writeShare }),
    ...(leaving && { leaving }),
    settingsVersion,
    createdAt,
    updatedAt: new Date(services.clock.now()).toISOString(),
  };
}

/** What stands at its default, and did before, is no change. */
function isSaid<T>(before: T | undefined, now: T, standard: T): boolean {
  return before !== undefined || now !== standard;
}

function alertsOf(
  own: Own,
  { alerts: { recipients } }: AskedDocument,
  webhook: NonNullable<Connection['alerts']>['webhook'],
): Pick<Connection, 'alerts'> {
  if (!own.alerts && recipients.length === 0 && !webhook) return {};
  return { alerts: { recipients, ...(webhook && { webhook }) } };
}

function welcomeOf(
  { welcome }: AskedDocument,
  webhook: NonNullable<Connection['welcome']>['webhook'],
): Pick<Connection, 'welcome'> {
  if (!welcome) return {};
  const { webhook: _, ...settings } = welcome;
  return { welcome: { ...settings, ...(webhook && { webhook }) } };
}

async function withoutSecret(
  { services }: Call,
  credentials: readonly EntraCredential[],
): Promise<EntraCredential[]> {
  const lacking: EntraCredential[] = [];
  for (const one of credentials)
    if ('secretName' in one && (await services.secrets.get(one.secretName)) === undefined)
      lacking.push(one);
  return lacking;
}
