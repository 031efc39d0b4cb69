import { randomUUID } from 'node:crypto';
import type {
  MemberChange,
  ResourceLookup,
  ResourceMember,
  ResourcePage,
  ResourceStore,
  StoredResource,
  Writer,
  Written,
} from '../../../../lib/ports/resources.ts';
import type { Json, Kind } from '../../../../lib/sync/entry.ts';
import { foldName } from '../../../../lib/sync/fold-name.ts';
import { TANDEM } from '../schemas.ts';

type Resource = StoredResource['resource'];

/** What a store lets others decide. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Awaited before each reading and each row that is written: whoever else writes comes between. */
  readonly step?: (what: string) => Promise<void>;
  /** Rows that a page of a listing or of memberships holds at most. */
  readonly pageRows?: number;
}

const PAGE = 1_000;

/** A directory in memory that keeps to the contract of `ResourceStore`. */
export class MemoryStore implements ResourceStore {
  readonly #entries: Record<Kind, Map<string, StoredResource>> = {
    user: new Map(),
    group: new Map(),
  };
  /** Who has a name, folded; aliases are names of another kind. */
  readonly #names: Record<Kind, Map<string, string>> = { user: new Map(), group: new Map() };
  /** Members by their group. */
  readonly #members = new Map<string, Map<string, Kind>>();
  readonly #now: () => number;
  readonly #step: (what: string) => Promise<void>;
  readonly #pageRows: number;
  #versions = 0;

  constructor({ now = Date.now, step = async () => {}, pageRows = PAGE }: MemoryStoreOptions = {}) {
    this.#now = now;
    this.#step = step;
    this.#pageRows = pageRows;
  }

  async read(kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, StoredResource>> {
    await this.#step('read');
    const found = ids.flatMap((id) => this.#entries[kind].get(id) ?? []);
    return new Map(found.map((one) => [one.id, one]));
  }

  async find(
    kind: Kind,
    by: ResourceLookup,
    value: string,
    most: number,
  ): Promise<readonly StoredResource[]> {
    await this.#step('find');
    const wanted = by === 'externalId' ? value : foldName(value);
    const holds = ({ resource }: StoredResource) =>
      looked(resource, by).some((one) => (by === 'externalId' ? one : foldName(one)) === wanted);
    return this.#sorted(kind).filter(holds).slice(0, most);
  }

  async list(kind: Kind, from: string | undefined, size: number): Promise<ResourcePage> {
    await this.#step('list');
    if (size > PAGE) throw new Error(`a page of ${size} is asked for`);
    const rest = this.#sorted(kind).filter(({ id }) => from === undefined || id > from);
    const resources = rest.slice(0, Math.min(size, this.#pageRows));
    return { resources, next: resources.length < rest.length ? resources.at(-1)?.id : undefined };
  }

  async count(kind: Kind): Promise<number> {
    await this.#step('count');
    return this.#entries[kind].size;
  }

  async create(
    kind: Kind,
    resource: Resource,
    _: Writer,
    members: readonly string[] = [],
  ): Promise<Written> {
    await this.#step('create');
    if (this.#isTaken(kind, undefined, resource)) return { ok: false, reason: 'taken' };
    const id = randomUUID();
    const at = this.#time();
    const stored = this.#keep({ kind, id, created: at, lastModified: at, resource, version: '' });
    if (kind === 'user' || members.length === 0) return { ok: true, stored };
    const group = await this.changeMembers(id, [{ op: 'add', ids: members }]);
    return { ok: true, stored: group ?? stored };
  }

  async replace(before: StoredResource, resource: Resource): Promise<Written> {
    await this.#step('replace');
    const { kind, id, version } = before;
    const current = this.#entries[kind].get(id);
    if (!current) return { ok: false, reason: 'missing' };
    if (current.version !== version) return { ok: false, reason: 'changed' };
    if (this.#isTaken(kind, id, resource)) return { ok: false, reason: 'taken' };
    return {
      ok: true,
      stored: this.#keep({ ...current, resource, lastModified: this.#time() }),
    };
  }

  async remove(
    kind: Kind,
    id: string,
    _: Writer,
    version?: string,
  ): Promise<'removed' | 'missing' | 'changed'> {
    await this.#step('remove');
    const current = this.#entries[kind].get(id);
    if (!current) return 'missing';
    if (version !== undefined && current.version !== version) return 'changed';
    this.#entries[kind].delete(id);
    this.#forget(current);
    this.#members.delete(id);
    for (const members of this.#members.values()) members.delete(id);
    return 'removed';
  }

  async *members(groupId: string): AsyncGenerator<readonly ResourceMember[]> {
    const all = [...(this.#members.get(groupId) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const page of this.#pages(all)) {
      await this.#step('members');
      yield page.map(([id, kind]) => ({ id, kind }));
    }
  }

  async membersAmong(groupId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#step('membersAmong');
    return new Set(ids.filter((id) => this.#members.get(groupId)?.has(id)));
  }

  async *groupsOf(memberId: string): AsyncGenerator<readonly string[]> {
    const all = [...this.#members].flatMap(([group, members]) =>
      members.has(memberId) ? [group] : [],
    );
    for (const page of this.#pages(all.sort())) {
      await this.#step('groupsOf');
      yield page;
    }
  }

  async changeMembers(
    groupId: string,
    changes: readonly MemberChange[],
  ): Promise<StoredResource | undefined> {
    const { isWhole, wanted } = goalOf(changes);
    const present: string[] = [];
    if (isWhole)
      for await (const page of this.members(groupId)) present.push(...page.map((m) => m.id));
    else present.push(...(await this.membersAmong(groupId, [...wanted.keys()])));
    const leaving = present.filter((id) => wanted.get(id) !== true);
    const missing = [...wanted].flatMap(([id, isIn]) =>
      isIn && !present.includes(id) ? [id] : [],
    );
    for (const id of leaving) {
      await this.#step('write member');
      this.#members.get(groupId)?.delete(id);
    }
    let added = 0;
    for (const id of missing) added += (await this.#add(groupId, id)) ? 1 : 0;
    await this.#step('touch');
    const group = this.#entries.group.get(groupId);
    if (!group || leaving.length + added === 0) return group;
    return this.#keep({ ...group, lastModified: this.#time() });
  }

  async #add(groupId: string, id: string): Promise<boolean> {
    await this.#step('write member');
    const kind = this.#entries.user.has(id) ? 'user' : 'group';
    if (!this.#entries[kind].has(id) || !this.#entries.group.has(groupId)) return false;
    const members = this.#members.get(groupId) ?? new Map<string, Kind>();
    this.#members.set(groupId, members.set(id, kind));
    return true;
  }

  #keep(stored: StoredResource): StoredResource {
    const { kind, id, resource } = stored;
    this.#versions += 1;
    const kept = { ...stored, version: `v${this.#versions}` };
    const before = this.#entries[kind].get(id);
    if (before) this.#forget(before);
    for (const name of namesOf(kind, resource)) this.#names[kind].set(name, id);
    this.#entries[kind].set(id, kept);
    return kept;
  }

  #forget({ kind, resource }: StoredResource): void {
    for (const name of namesOf(kind, resource)) this.#names[kind].delete(name);
  }

  #isTaken(kind: Kind, id: string | undefined, resource: Resource): boolean {
    const holders = namesOf(kind, resource).map((name) => this.#names[kind].get(name));
    return holders.some((holder) => holder !== undefined && holder !== id);
  }

  #sorted(kind: Kind): StoredResource[] {
    return [...this.#entries[kind].values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #pages<T>(all: readonly T[]): T[][] {
    const count = Math.ceil(all.length / this.#pageRows);
    return Array.from({ length: count }, (_, at) =>
      all.slice(at * this.#pageRows, (at + 1) * this.#pageRows),
    );
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

function goalOf(changes: readonly MemberChange[]) {
  const wanted = new Map<string, boolean>();
  for (const { op, ids } of changes) {
    if (op === 'replace') wanted.clear();
    for (const id of ids) wanted.set(id, op !== 'remove');
  }
  return { isWhole: changes.some(({ op }) => op === 'replace'), wanted };
}

function looked(resource: Resource, by: ResourceLookup): readonly string[] {
  if (by !== 'workMail') return textsOf(resource[by]);
  const mails = Array.isArray(resource.emails) ? resource.emails : [];
  return mails.flatMap((mail) => {
    const { type, value } = isObject(mail) ? mail : {};
    return foldName(textsOf(type)[0] ?? '') === 'work' ? textsOf(value) : [];
  });
}

/** The names that only one entry may have: its own one, and then a user's aliases. */
function namesOf(kind: Kind, resource: Resource): readonly string[] {
  const [name = ''] = textsOf(resource[kind === 'user' ? 'userName' : 'displayName']);
  const extension = resource[TANDEM];
  const aliases = isObject(extension) ? textsOf(extension.aliases) : [];
  return [foldName(name), ...aliases.map((alias) => `alias ${foldName(alias)}`)];
}

function textsOf(value: Json | undefined): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
