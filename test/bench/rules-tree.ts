import type { TenantControls } from '../scenarios/tenant-controls.ts';

/** How many groups are nested, and how deep. */
export interface TreeSize {
  readonly groups: number;
  /** Groups in the chain, the top included. */
  readonly depth: number;
  /** Groups nested in each of the others. */
  readonly breadth: number;
  /** Users in a group of their own. */
  readonly crew: number;
}

/** Groups that are nested in one: in a chain, and in a broad tree. */
export interface Tree {
  readonly top: string;
  readonly middle: string;
  readonly deepest: string;
  /** A group that is nested nowhere yet, and its members. */
  readonly crew: string;
  readonly crewMembers: readonly string[];
  /** A user who is in no group yet. */
  readonly newcomer: string;
}

/** Nests groups in a tenant that has none, and shares its users out among them. */
export async function plantTree(tenant: TenantControls, size: TreeSize): Promise<Tree> {
  const enabled: string[] = [];
  const others: string[] = [];
  for (const { kind, id, accountEnabled } of await tenant.dump())
    if (kind === 'user') (accountEnabled === true ? enabled : others).push(id);
  // Those at the head of the organisation come first, and many report to them.
  const [newcomer = '', ...rest] = enabled.toReversed();
  const crewMembers = rest.slice(0, size.crew);
  const members = [...rest.slice(size.crew), ...others];
  const groups = await createGroups(tenant, size.groups);
  const chain = groups.slice(0, size.depth);
  const [top = ''] = chain;
  await nest(tenant, chain, 1);
  await nest(tenant, [top, ...groups.slice(size.depth)], size.breadth);
  for (const [index, group] of groups.entries())
    await tenant.addMembers(
      group,
      members.filter((_, place) => place % groups.length === index),
    );
  const { id: crew } = await tenant.createGroup({ displayName: 'Crew' });
  await tenant.addMembers(crew, crewMembers);
  const middle = chain[Math.floor(chain.length / 2)] ?? '';
  return { top, middle, deepest: chain.at(-1) ?? '', crew, crewMembers, newcomer };
}

async function createGroups(tenant: TenantControls, count: number): Promise<string[]> {
  const groups: string[] = [];
  while (groups.length < count) {
    const { id } = await tenant.createGroup({ displayName: `Group ${groups.length}` });
    groups.push(id);
  }
  return groups;
}

/** Nests `breadth` groups in each, in the order in which they stand. */
async function nest(
  tenant: TenantControls,
  groups: readonly string[],
  breadth: number,
): Promise<void> {
  for (const [index, group] of groups.entries()) {
    const first = index * breadth + 1;
    const nested = groups.slice(first, first + breadth);
    if (nested.length > 0) await tenant.addMembers(group, nested);
  }
}
