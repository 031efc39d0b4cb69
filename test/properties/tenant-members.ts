import type { EntraMember, EntraOutcome, EntraWrites } from '../../lib/ports/entra-writes.ts';
import type { Item, MemberItem } from '../../lib/sync/entry.ts';
import type { FakeTenant } from './fake-tenant.ts';

/** What writing memberships and managers needs of its surroundings. */
interface Surroundings {
  readonly tenant: FakeTenant;
  readonly step: () => Promise<void>;
  /** Why an object cannot be written now. */
  readonly refusal: (id: string) => EntraOutcome | undefined;
  readonly written: () => void;
  readonly now: () => number;
  /** Whether a page shows what was written at a time as it was before. */
  readonly isShownOld: (at: number) => boolean;
}

/** Memberships and managers that are written to a small tenant, and how its feed shows them. */
export class TenantMembers {
  readonly #own: Surroundings;
  /** When memberships were written, by group and member, and whether they were there before. */
  readonly #members = new Map<string, { at: number; wasThere: boolean }>();
  /** When managers were written, and who it was before. */
  readonly #managers = new Map<string, { at: number; before: string | null }>();

  constructor(own: Surroundings) {
    this.#own = own;
  }

  readonly addMembers = (pairs: readonly EntraMember[]) =>
    this.#each(pairs, (pair) => this.#setMember(pair, true));

  readonly removeMembers = (pairs: readonly EntraMember[]) =>
    this.#each(pairs, (pair) => this.#setMember(pair, false));

  readonly setManagers: EntraWrites['setManagers'] = (pairs) =>
    this.#each(pairs, ({ userId, managerId }) => this.#setManager(userId, managerId));

  /** A replica that lags shows what was there before. */
  shown(item: Item): Item {
    const members = item.members?.map((member) => this.#shownMember(item.id, member));
    const written = this.#managers.get(item.id);
    const isOld = item.manager !== undefined && written && this.#own.isShownOld(written.at);
    return {
      ...item,
      ...(members && { members }),
      ...(isOld && { manager: written.before }),
    };
  }

  #shownMember(groupId: string, member: MemberItem): MemberItem {
    const written = this.#members.get(`${groupId} ${member.id}`);
    const isOld = written && this.#own.isShownOld(written.at);
    return isOld ? { ...member, removed: !written.wasThere } : member;
  }

  async #each<T>(all: readonly T[], write: (one: T) => EntraOutcome): Promise<EntraOutcome[]> {
    const outcomes: EntraOutcome[] = [];
    for (const one of all) {
      await this.#own.step();
      outcomes.push(write(one));
    }
    return outcomes;
  }

  #setMember({ groupId, memberId }: EntraMember, isThere: boolean): EntraOutcome {
    const { tenant, refusal, now } = this.#own;
    const refused = refusal(groupId) ?? refusal(memberId);
    if (refused) return refused;
    const group = tenant.groups.get(groupId);
    const wasThere = group?.members.has(memberId) === true;
    if (!group || wasThere === isThere) return { ok: true, id: memberId };
    this.#own.written();
    if (isThere) group.members.add(memberId);
    else group.members.delete(memberId);
    if (!isThere) group.formerMembers.add(memberId);
    this.#members.set(`${groupId} ${memberId}`, { at: now(), wasThere });
    const word = { id: memberId, kind: tenant.kindOf(memberId), removed: !isThere };
    tenant.say({ kind: 'group', id: groupId, properties: {}, members: [word] });
    return { ok: true, id: memberId };
  }

  #setManager(userId: string, managerId: string | null): EntraOutcome {
    const { tenant, refusal, now } = this.#own;
    const refused = refusal(userId) ?? (managerId === null ? undefined : refusal(managerId));
    if (refused) return refused;
    const user = tenant.users.get(userId);
    const before = user?.manager ?? null;
    if (!user || before === managerId) return { ok: true, id: userId };
    this.#own.written();
    user.manager = managerId;
    this.#managers.set(userId, { at: now(), before });
    tenant.say({ kind: 'user', id: userId, properties: {}, manager: managerId });
    return { ok: true, id: userId };
  }
}
