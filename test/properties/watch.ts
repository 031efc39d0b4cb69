import type { StoredRow } from '../../lib/azure/tables.ts';
import type { Kind } from '../../lib/sync/entry.ts';
import type { FakeTenant } from './fake-tenant.ts';
import type { Handling } from './steps.ts';
import { managerNow, membersNow } from './tenant-now.ts';
import type { TenantView } from './tenant-view.ts';

interface Held {
  readonly entraId: string;
  readonly kind: Kind;
}

/**
 * Watches what is taken away from the application, at the moment when it is. Whoever takes something
 * away must have asked Entra while at it: so Entra must have said, at some time since the message was
 * taken from the bus, that it is over. What a replica shows counts as long as replicas may lag.
 */
export class Watch {
  /** Sentences on what was taken away without a reason. */
  readonly violations: string[] = [];
  /** What was taken away, in all. */
  taken = 0;
  /** How many events a replica may lag behind at most. */
  lag = 0;
  readonly #entries = new Map<string, Held>();
  readonly #tenant: FakeTenant;
  readonly #current: () => Handling | undefined;

  constructor(tenant: FakeTenant, current: () => Handling | undefined) {
    this.#tenant = tenant;
    this.#current = current;
  }

  readonly written = (name: string, before: StoredRow | undefined, after?: StoredRow): void => {
    if (name === 'directory') this.#entry(before, after);
    if (name === 'directorymembers' && before && !after) this.#membership(before.rowKey);
  };

  #entry(before: StoredRow | undefined, after: StoredRow | undefined): void {
    const [prefix, id = ''] = (before ?? after)?.rowKey.split(':') ?? [];
    if (prefix !== 'u' && prefix !== 'g') return;
    const kind = prefix === 'u' ? 'user' : 'group';
    if (after && after.removed !== true) {
      this.#entries.set(id, { entraId: String(after.externalId), kind });
      if (before?.removed !== true && before) this.#changed(id, before, after);
    } else if (this.#entries.delete(id) && before) {
      const entraId = String(before.externalId);
      // Who can be restored is deactivated; groups know no inactive state.
      const isOver = (view: TenantView) =>
        kind === 'user' ? isNone(view.lifeOf(entraId)) : view.lifeOf(entraId) !== 'live';
      this.#judge(`${kind} ${entraId} was deleted`, this.#recent().some(isOver));
    }
  }

  #changed(id: string, before: StoredRow, after: StoredRow): void {
    const { entraId = '' } = this.#entries.get(id) ?? {};
    if (before.active === true && after.active === false) {
      const isGone = this.#recent().some((view) => view.lifeOf(entraId) !== 'live');
      // Being disabled is what the delta says, however late.
      const wasOff = this.#all().some((view) => view.users.get(entraId)?.enabled === false);
      this.#judge(`user ${entraId} was deactivated`, isGone || wasOff);
    }
    if (titleOf(before) !== undefined && titleOf(after) === undefined) {
      const wasClear = this.#all().some((view) => !view.users.get(entraId)?.title);
      this.#judge(`user ${entraId} lost the title`, wasClear);
    }
    const manager = this.#entries.get(String(before.managerId));
    if (manager && !after.managerId) {
      const isOver = (view: TenantView) => managerNow(view, entraId) !== manager.entraId;
      this.#judge(`user ${entraId} lost the manager`, this.#recent().some(isOver));
    }
  }

  #membership(rowKey: string): void {
    const [prefix, groupId = '', memberId = ''] = rowKey.split(':');
    const group = this.#entries.get(groupId);
    const member = this.#entries.get(memberId);
    // An entry that leaves takes its memberships along.
    if (prefix !== 'g' || !group || !member) return;
    const isOver = (view: TenantView) =>
      !membersNow(view, group.entraId).some(({ id }) => id === member.entraId);
    const what = `membership ${group.entraId} > ${member.entraId} was taken away`;
    this.#judge(what, this.#recent().some(isOver));
  }

  #judge(what: string, isRight: boolean): void {
    this.taken += 1;
    if (!isRight) this.violations.push(what);
  }

  /** How the tenant stood since the present handling began, as far as a replica may show it. */
  #recent(): readonly TenantView[] {
    const since = this.#current()?.since ?? 0;
    return [...this.#tenant.past.slice(Math.max(0, since - 1 - this.lag)), this.#tenant];
  }

  #all(): readonly TenantView[] {
    return [...this.#tenant.past, this.#tenant];
  }
}

function isNone(life: ReturnType<TenantView['lifeOf']>): boolean {
  return life === undefined || life === 'purged';
}

function titleOf(row: StoredRow): unknown {
  const attributes: unknown = JSON.parse(typeof row.a0 === 'string' ? row.a0 : '{}');
  return attributes && typeof attributes === 'object' && 'title' in attributes
    ? attributes.title
    : undefined;
}
