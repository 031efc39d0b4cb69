import type { TenantControls } from '../scenarios/tenant-controls.ts';

const MEMBERS_A_REQUEST = 10_000;

/** Makes a group of these members. @returns its id */
export async function fillGroup(
  tenant: TenantControls,
  displayName: string,
  members: readonly string[],
): Promise<string> {
  const { id } = await tenant.createGroup({ displayName });
  for (let at = 0; at < members.length; at += MEMBERS_A_REQUEST)
    await tenant.addMembers(id, members.slice(at, at + MEMBERS_A_REQUEST));
  return id;
}
