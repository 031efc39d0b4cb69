import { isLive, type MemberLink, type ObjectKind } from '../directory/directory-object.ts';
import { type GraphCall, listOption, type Params } from './graph-call.ts';
import { unsupportedQuery } from './graph-error.ts';
import { findGroup } from './group-reads.ts';
import { answerCount, answerList, checkListOptions, isEventual, type Listing } from './list.ts';
import { READ_MEMBERS } from './permissions.ts';
import { present, presentMember, selectedNames } from './present.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

const CASTS: readonly ObjectKind[] = ['user', 'group', 'device'];

/** Reading the direct members of groups. */
export function memberReadRoutes(world: TenantWorld): readonly Route[] {
  const read = { method: 'GET', roles: READ_MEMBERS, units: 3 };
  const path = 'groups/{id}/members';
  const casts = CASTS.map((kind): Route => {
    const handle: Route['handle'] = (call, params) =>
      answerList(call, listing(world, call, { ...params, kind }));
    return { ...read, pattern: `${path}/microsoft.graph.${kind}`, handle };
  });
  return [
    {
      ...read,
      pattern: path,
      handle: (call, params) => answerList(call, listing(world, call, params)),
    },
    {
      ...read,
      pattern: `${path}/$count`,
      handle: (call, params) => answerCount(call, listing(world, call, params)),
    },
    ...casts,
  ];
}

/** Soft-deleted members are not shown, although their membership is kept. */
function listing(world: TenantWorld, call: GraphCall, params: Params): Listing<MemberLink> {
  checkListOptions(call);
  if (call.query.has('$filter') && !isEventual(call)) throw unsupportedQuery('Unsupported Query.');
  const { object: group } = findGroup(world, params.id ?? '');
  const replica = world.replicas.forReads();
  const select = listOption(call, '$select');
  const cast = params.kind;
  const castSelect = cast === 'user' || cast === 'group' ? selectedNames(cast, select) : select;
  return {
    context: cast === undefined ? 'directoryObjects' : `${cast}s`,
    entries: group.membership?.links ?? [],
    show: (link) => {
      const { member } = link;
      const state = replica.stateOf(member);
      if (!replica.hasMember(group, link) || !isLive(state)) return undefined;
      if (cast !== undefined)
        return member.kind === cast ? present(member, state, castSelect) : undefined;
      return presentMember(member, state, { caller: call.caller, select });
    },
  };
}
