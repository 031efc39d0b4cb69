import { AppError } from '../../lib/errors.ts';
import type {
  EntraChange,
  EntraDraft,
  EntraMember,
  EntraOutcome,
  EntraWrites,
} from '../../lib/ports/entra-writes.ts';
import type { Item, Kind, MemberItem, Properties } from '../../lib/sync/entry.ts';
import type { Chance } from './chance.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { Overwritten } from './overwritten.ts';
import { groupItem, removedItem, userItem } from './tenant-items.ts';
import type { TenantGroup, TenantUser } from './tenant-view.ts';
import type { Wishes } from './wishes.ts';

/** A replica lags for so long at most. */
const LAG_MILLISECONDS = 8 * 60_000;
/** Once in so many times a page shows what was written lately as it was before. */
const STALE_ONCE_IN = 3;
const ANSWER_LOST_ONCE_IN = 6;

interface Surroundings {
  readonly step: () => Promise<void>;
  readonly chance: Chance;
  readonly now: () => number;
  /** Told of what is taken away. */
  readonly took: Wishes['took'];
}

/** Writing to a small tenant, and how its feed shows what was written. */
export class TenantWrites
  implements
    Pick<
      EntraWrites,
      'update' | 'remove' | 'create' | 'findBy' | 'addMembers' | 'removeMembers' | 'setManagers'
    >
{
  /** How many objects were written to. */
  written = 0;
  /** So many of the next writes are refused for now. */
  refusals = 0;
  /** Whether pages show what was written lately as it was before. */
  isStale = false;
  /** When objects were made here. */
  readonly #made = new Map<string, number>();
  readonly #tenant: FakeTenant;
  readonly #step: () => Promise<void>;
  readonly #chance: Chance;
  readonly #now: () => number;
  readonly #took: Wishes['took'];
  readonly #overwritten: Overwritten;
  /** When memberships were written, by group and member, and whether they were there before. */
  readonly #members = new Map<string, { at: number; wasThere: boolean }>();
  /** Who was manager before the last write, and when each who ever was has been written over. */
  readonly #managers = new Map<
    string,
    { before: string | null; all: Map<string | null, number> }
  >();

  constructor(tenant: FakeTenant, { step, chance, now, took }: Surroundings) {
    this.#tenant = tenant;
    this.#step = step;
    this.#chance = chance;
    this.#now = now;
    this.#overwritten = new Overwritten(now, LAG_MILLISECONDS);
    this.#took = took;
    tenant.showing = (item) => this.#shown(item);
  }

  readonly update = async (changes: readonly EntraChange[]): Promise<EntraOutcome[]> => {
    const outcomes: EntraOutcome[] = [];
    for (const change of changes) {
      await this.#step();
      outcomes.push(this.#write(change));
    }
    return outcomes;
  };

  readonly create = async (drafts: readonly EntraDraft[]): Promise<EntraOutcome[]> => {
    const outcomes: EntraOutcome[] = [];
    for (const draft of drafts) {
      await this.#step();
      outcomes.push(this.#make(draft));
    }
    return outcomes;
  };

  readonly addMembers = (pairs: readonly EntraMember[]) => this.#setMembers(pairs, true);
  readonly removeMembers = (pairs: readonly EntraMember[]) => this.#setMembers(pairs, false);

  readonly setManagers: EntraWrites['setManagers'] = async (pairs) => {
    const outcomes: EntraOutcome[] = [];
    for (const pair of pairs) {
      await this.#step();
      outcomes.push(this.#setManager(pair));
    }
    return outcomes;
  };

  /** A replica that lags does not know yet what was made lately. */
  readonly findBy = async (kind: Kind, property: string, values: readonly string[]) => {
    await this.#step();
    const all = kind === 'user' ? this.#tenant.users.values() : this.#tenant.groups.values();
    const known = [...all].filter(({ id, life }) => life === 'live' && !this.#isUnshown(id));
    const valueIn = (one: TenantUser | TenantGroup) => {
      if ('nickname' in one && property === 'mailNickname') return one.nickname;
      if (!('userName' in one)) return undefined;
      return property === 'userPrincipalName' ? one.userName : one.marker;
    };
    return new Map(
      values.map((value) => [
        value,
        known.filter((one) => valueIn(one) === value).map(({ id }) => ({ id })),
      ]),
    );
  };

  #isUnshown(id: string): boolean {
    const at = this.#made.get(id);
    const isRecent = at !== undefined && this.#now() - at < LAG_MILLISECONDS;
    return isRecent && this.#chance.onceIn(STALE_ONCE_IN);
  }

  #make({ kind, properties }: EntraDraft): EntraOutcome {
    if (this.refusals > 0) return this.#refuse();
    const text = (name: string) => {
      const value = properties[name];
      if (typeof value !== 'string') throw new AppError('bad-request', `${name} is missing`);
      return value;
    };
    const made =
      kind === 'user'
        ? this.#tenant.makeUser({
            userName: text('userPrincipalName'),
            displayName: text('displayName'),
            title: typeof properties.jobTitle === 'string' ? properties.jobTitle : null,
            marker: markerIn(properties),
          })
        : this.#tenant.makeGroup({
            displayName: text('displayName'),
            nickname: text('mailNickname'),
          });
    if (!made) return { ok: false, reason: 'taken', detail: 'the name is taken' };
    this.written += 1;
    this.#made.set(made.id, this.#now());
    // The answer may get lost on its way.
    if (this.isStale && this.#chance.onceIn(ANSWER_LOST_ONCE_IN))
      return { ok: false, reason: 'later', detail: 'nobody knows' };
    return { ok: true, id: made.id };
  }

  readonly remove = async (kind: Kind, ids: readonly string[]): Promise<EntraOutcome[]> => {
    const outcomes: EntraOutcome[] = [];
    for (const id of ids) {
      await this.#step();
      outcomes.push(this.#remove(kind, id));
    }
    return outcomes;
  };

  #remove(kind: Kind, id: string): EntraOutcome {
    if (this.refusals > 0) return this.#refuse();
    const object = this.#tenant.users.get(id) ?? this.#tenant.groups.get(id);
    if (object?.life !== 'live') return { ok: true, id };
    this.written += 1;
    this.#took('deleted', id);
    object.life = 'soft';
    this.#tenant.say(removedItem(object, kind));
    return { ok: true, id };
  }

  #setManager({ userId, managerId }: { userId: string; managerId: string | null }): EntraOutcome {
    const refused =
      this.#refusal(userId) ?? (managerId === null ? undefined : this.#refusal(managerId));
    if (refused) return refused;
    const user = this.#tenant.users.get(userId);
    const before = user?.manager ?? null;
    if (!user || before === managerId) return { ok: true, id: userId };
    this.written += 1;
    user.manager = managerId;
    const all = new Map(this.#managers.get(userId)?.all).set(before, this.#now());
    this.#managers.set(userId, { before, all });
    this.#tenant.say({ kind: 'user', id: userId, properties: {}, manager: managerId });
    return { ok: true, id: userId };
  }

  async #setMembers(pairs: readonly EntraMember[], isThere: boolean): Promise<EntraOutcome[]> {
    const outcomes: EntraOutcome[] = [];
    for (const pair of pairs) {
      await this.#step();
      outcomes.push(this.#setMember(pair, isThere));
    }
    return outcomes;
  }

  #setMember({ groupId, memberId }: EntraMember, isThere: boolean): EntraOutcome {
    const refused = this.#refusal(groupId) ?? this.#refusal(memberId);
    if (refused) return refused;
    const group = this.#tenant.groups.get(groupId);
    const wasThere = group?.members.has(memberId) === true;
    if (!group || wasThere === isThere) return { ok: true, id: memberId };
    this.written += 1;
    if (isThere) group.members.add(memberId);
    else group.members.delete(memberId);
    if (!isThere) group.formerMembers.add(memberId);
    this.#members.set(`${groupId} ${memberId}`, { at: this.#now(), wasThere });
    const word = { id: memberId, kind: this.#tenant.kindOf(memberId), removed: !isThere };
    this.#tenant.say({ kind: 'group', id: groupId, properties: {}, members: [word] });
    return { ok: true, id: memberId };
  }

  #refusal(id: string): EntraOutcome | undefined {
    if (this.refusals > 0) return this.#refuse();
    if (this.#tenant.lifeOf(id) === 'live') return undefined;
    return { ok: false, reason: 'missing', detail: 'there is no such object' };
  }

  #refuse(): EntraOutcome {
    this.refusals -= 1;
    const reason = this.refusals % 2 === 0 ? 'throttled' : 'later';
    return { ok: false, reason, detail: 'the tenant is busy' };
  }

  #write({ id, properties }: EntraChange): EntraOutcome {
    const refused = this.#refusal(id);
    if (refused) return refused;
    const object = this.#tenant.users.get(id) ?? this.#tenant.groups.get(id);
    if (!object) throw new Error('there is no such object');
    this.written += 1;
    const before = this.#item(id).properties;
    const { displayName, jobTitle, accountEnabled, ...others } = properties;
    if (Object.keys(others).length > 0) throw new AppError('bad-request', 'not to be written');
    if (typeof displayName === 'string') object.displayName = displayName;
    if ('title' in object && jobTitle !== undefined)
      object.title = typeof jobTitle === 'string' ? jobTitle : null;
    if ('enabled' in object && typeof accountEnabled === 'boolean') {
      if (object.enabled && !accountEnabled) this.#took('disabled', id);
      object.enabled = accountEnabled;
    }
    const own = (all: Properties) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => name in properties));
    this.#overwritten.note(id, own(before));
    const item = this.#item(id);
    this.#tenant.say({ ...item, properties: own(item.properties) });
    return { ok: true, id };
  }

  #item(id: string): Item {
    const user = this.#tenant.users.get(id);
    const group = this.#tenant.groups.get(id);
    if (user) return userItem(user);
    if (group) return groupItem(group);
    throw new Error('there is no such object');
  }

  /** A replica that lags shows what it has shown before. */
  #shown(item: Item): Item {
    const members = item.members?.map((member) => this.#shownMember(item.id, member));
    return this.#shownProperties(this.#shownManager(members ? { ...item, members } : item));
  }

  #shownManager(item: Item): Item {
    const written = this.#managers.get(item.id);
    if (item.manager === undefined || !written) return item;
    const { before, all } = written;
    const isOld = (one: string | null) => this.#now() - (all.get(one) ?? 0) >= LAG_MILLISECONDS;
    if (all.has(item.manager) && isOld(item.manager))
      return { ...item, manager: this.#tenant.users.get(item.id)?.manager ?? null };
    const mayLag = !isOld(before) && this.isStale;
    return mayLag && this.#chance.onceIn(STALE_ONCE_IN) ? { ...item, manager: before } : item;
  }

  /** What was written over long ago is shown by no page, however late it is. */
  #shownMember(groupId: string, member: MemberItem): MemberItem {
    const written = this.#members.get(`${groupId} ${member.id}`);
    if (!written) return member;
    const isRecent = this.#now() - written.at < LAG_MILLISECONDS;
    const isOld = member.removed !== written.wasThere;
    if (!isRecent && isOld)
      return { ...member, removed: !this.#tenant.groups.get(groupId)?.members.has(member.id) };
    if (!this.isStale || !isRecent || !this.#chance.onceIn(STALE_ONCE_IN)) return member;
    return { ...member, removed: !written.wasThere };
  }

  #shownProperties(item: Item): Item {
    const present = () => this.#item(item.id).properties;
    const mayLag = this.isStale && this.#overwritten.lags(item.id);
    return mayLag && this.#chance.onceIn(STALE_ONCE_IN)
      ? this.#overwritten.showOld(item, present)
      : this.#overwritten.show(item, present);
  }
}

function markerIn({ onPremisesExtensionAttributes: all }: Properties): string {
  const marker = all && typeof all === 'object' && 'extensionAttribute15' in all;
  if (!marker || typeof all.extensionAttribute15 !== 'string')
    throw new AppError('bad-request', 'a user is made without a mark');
  return all.extensionAttribute15;
}
