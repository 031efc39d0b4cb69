import type { TenantUnderTest } from './tenant-under-test.ts';

export const DOMAIN = 'haldenworks.example';

let count = 0;

/** What POST /users takes, with a name of its own. */
export function newPerson(values: object = {}): Record<string, unknown> {
  count += 1;
  return {
    accountEnabled: true,
    displayName: 'Ada Quill',
    mailNickname: `quill${String(count)}`,
    userPrincipalName: `quill${String(count)}@${DOMAIN}`,
    passwordProfile: { password: 'nearly-random-91', forceChangePasswordNextSignIn: true },
    ...values,
  };
}

/** What POST /groups takes, with a nickname of its own. */
export function newCrew(values: object = {}): Record<string, unknown> {
  count += 1;
  return {
    displayName: 'Crew',
    mailEnabled: false,
    mailNickname: `crew${String(count)}`,
    securityEnabled: true,
    ...values,
  };
}

/** The address of an object, as links to it are written. */
export const refTo = (id: string): { '@odata.id': string } => ({ '@odata.id': urlOf(id) });

export const urlOf = (id: string): string =>
  `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;

/** The ids of what a `$filter` finds. */
export async function idsWhere(
  under: TenantUnderTest,
  filter: string,
  isAdvanced = false,
): Promise<string[]> {
  const request = under.graph.api('/users').filter(filter).select('id');
  if (isAdvanced) request.count(true).header('ConsistencyLevel', 'eventual');
  const { value } = await request.get();
  return value.map(({ id }: { id: string }) => id);
}
