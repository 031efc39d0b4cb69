import { type ReceiverUnderTest, receiverUnderTest } from './receiver-under-test.ts';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

const MINUTE_MS = 60_000;

/** A subscription as Graph shows it. */
export interface Shown {
  readonly id: string;
  readonly expirationDateTime: string;
  readonly [name: string]: unknown;
}

/** A tenant, and a receiver that it trusts. */
export interface NotifiedTenant {
  readonly under: TenantUnderTest;
  readonly receiver: ReceiverUnderTest;
  /** A time of the tenant's clock so many minutes from now, as ISO date. */
  inMinutes(minutes: number): Promise<string>;
  leap(seconds: number): Promise<unknown>;
  /** What was told since the last `clear`. */
  stats(): Promise<Readonly<Record<string, unknown>>>;
  listed(): Promise<readonly Shown[]>;
  /** Subscribes to all users for 2 days if nothing else is said. */
  subscribe(changes?: object, app?: string): Promise<Shown>;
  /** Creates an object by control, users under names that never repeat. Resolves with its id. */
  made(kind: 'users' | 'groups', displayName?: string): Promise<string>;
  /** As if nothing had been subscribed to, received or gone wrong. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function notifiedTenant(
  options: Parameters<typeof tenantUnderTest>[0],
): Promise<NotifiedTenant> {
  const receiver = await receiverUnderTest();
  const under = await tenantUnderTest({
    seed: { users: 20, groups: 5, memberships: 30 },
    limits: null,
    callbackCa: receiver.caPem,
    ...options,
  });
  return around(under, receiver);
}

function around(under: TenantUnderTest, receiver: ReceiverUnderTest): NotifiedTenant {
  let users = 0;
  const inMinutes = async (minutes: number) => {
    const now = Date.parse(String((await under.control('GET clock')).now));
    return new Date(now + minutes * MINUTE_MS).toISOString();
  };
  const listed = async () =>
    ((await under.control('GET subscriptions')) as { value: Shown[] }).value;
  return {
    under,
    receiver,
    inMinutes,
    listed,
    leap: (advanceSeconds) => under.control('POST clock', { advanceSeconds }),
    stats: async () =>
      (await under.control('GET stats')).notifications as Readonly<Record<string, unknown>>,
    subscribe: async (changes = {}, app) =>
      (app === undefined ? under.graph : under.graphAs(app)).api('/subscriptions').post({
        changeType: 'updated,deleted',
        notificationUrl: receiver.url('/changes'),
        resource: 'users',
        expirationDateTime: await inMinutes(48 * 60),
        clientState: 'between us',
        ...changes,
      }),
    made: async (kind, displayName = 'Somebody') => {
      users += 1;
      const name = { userPrincipalName: `no.${String(users)}@haldenworks.example` };
      const body = { displayName, ...(kind === 'users' && name) };
      return String((await under.control(`POST ${kind}`, body)).id);
    },
    clear: async () => {
      for (const { id } of await listed()) await under.control(`DELETE subscriptions/${id}`);
      await under.control('DELETE faults');
      await under.control('POST reset');
      receiver.forget();
      receiver.agree = (token) => ({ text: token });
      receiver.reply = () => ({ status: 202 });
    },
    close: async () => {
      await under.tenant.close();
      await receiver.close();
    },
  };
}
