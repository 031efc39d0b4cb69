import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { openAdminApi } from '../scenarios/admin-api.ts';
import type { Site } from './site.ts';

/** Gives a connection other rules, as its administrator does. */
export async function changeRules(
  { azure }: Site,
  connectionId: string,
  rules: RuleSettings,
): Promise<void> {
  const admin = openAdminApi(azure.url, azure.adminToken);
  const path = `/manage/connections/${connectionId}`;
  const etag = (await admin.ask('GET', path)).headers.get('etag') ?? '';
  const sent = { body: { rules }, headers: { 'if-match': etag } };
  const { status, body } = await admin.ask('PATCH', path, sent);
  if (status !== 200) throw new Error(`PATCH ${path} answered ${status}: ${JSON.stringify(body)}`);
}
