import { z } from 'zod';
import type { Fault } from '../../local/tenant/faults.ts';

const objectSchema = z.looseObject({
  kind: z.enum(['user', 'group']),
  id: z.string(),
  displayName: z.string(),
  deletedDateTime: z.string().optional(),
});

/** A user or a group of the tenant, under Graph's own property names. */
export type TenantObject = Readonly<z.output<typeof objectSchema>>;

const dumpedSchema = objectSchema.extend({
  manager: z.string().nullish(),
  members: z.array(z.object({ id: z.string(), kind: z.string() })).default([]),
});

/** A live object, with a user's manager or (perhaps a part of) a group's members. */
export type DumpedObject = Readonly<z.output<typeof dumpedSchema>>;

const statsSchema = z.looseObject({
  requests: z.number(),
  writes: z.number(),
  byRoute: z.record(z.string(), z.number()),
  byStatus: z.record(z.string(), z.number()),
  directory: z.looseObject({ users: z.number() }),
});

const subscriptionsSchema = z.object({
  value: z.array(
    z.looseObject({
      id: z.string(),
      applicationId: z.string(),
      resource: z.string(),
      clientState: z.string().nullish(),
      notificationUrl: z.string(),
      expirationDateTime: z.string(),
    }),
  ),
});

/** A subscription as Graph shows it. */
export type SubscriptionView = z.output<typeof subscriptionsSchema>['value'][number];

type Values = Readonly<Record<string, unknown>>;
type Kind = 'user' | 'group';

/**
 * What happens in the tenant, from elsewhere than the connector. The process must trust the
 * tenant's certificate.
 * @param url the tenant's address
 */
export function openTenantControls(url: string) {
  const ask = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${url}/__tenant/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  };
  const object = async (method: string, path: string, body?: unknown): Promise<TenantObject> =>
    objectSchema.parse(JSON.parse(await ask(method, path, body)));
  const at = (kind: Kind, id: string) => `${kind}s/${id}`;
  return {
    create: (kind: Kind, values: Values = {}) => object('POST', `${kind}s`, values),
    createUser: (values: Values = {}) => object('POST', 'users', values),
    createGroup: (values: Values = {}) => object('POST', 'groups', values),
    show: (kind: Kind, id: string) => object('GET', at(kind, id)),
    patchUser: (id: string, values: Values) => object('PATCH', at('user', id), values),
    patchGroup: (id: string, values: Values) => object('PATCH', at('group', id), values),
    deleteUser: (id: string) => ask('DELETE', at('user', id)),
    deleteGroup: (id: string) => ask('DELETE', at('group', id)),
    restore: (kind: Kind, id: string) => ask('POST', `${at(kind, id)}/restore`),
    purge: (kind: Kind, id: string) => ask('DELETE', `${at(kind, id)}?hard=true`),
    addMembers: (group: string, ids: readonly string[]) =>
      ask('POST', `groups/${group}/members`, { ids }),
    removeMember: (group: string, id: string) => ask('DELETE', `groups/${group}/members/${id}`),
    faults: (...faults: readonly Fault[]) => ask('POST', 'faults', faults),
    noFaults: () => ask('DELETE', 'faults'),
    /** Lets the tenant's time pass. */
    passTime: (advanceSeconds: number) => ask('POST', 'clock', { advanceSeconds }),
    /** Registers one more application. */
    addApp: (app: Values) => ask('POST', 'apps', app),
    /** Changes what an application may do, and how it is treated when it signs in. */
    changeApp: (clientId: string, values: Values) => ask('PATCH', `apps/${clientId}`, values),
    subscriptions: async (): Promise<SubscriptionView[]> =>
      subscriptionsSchema.parse(JSON.parse(await ask('GET', 'subscriptions'))).value,
    tellLifecycle: (id: string, event: string) =>
      ask('POST', `subscriptions/${id}/lifecycle`, { event }),
    /** It vanishes without a word. */
    loseSubscription: (id: string) => ask('DELETE', `subscriptions/${id}`),
    resetStats: () => ask('POST', 'reset'),
    stats: async () => statsSchema.parse(JSON.parse(await ask('GET', 'stats'))),
    /** Every live object; a group of many members comes in several parts. */
    dump: async (): Promise<DumpedObject[]> => {
      const lines = (await ask('GET', 'dump')).split('\n').filter(Boolean);
      return lines.map((line) => dumpedSchema.parse(JSON.parse(line)));
    },
  };
}

export type TenantControls = ReturnType<typeof openTenantControls>;
