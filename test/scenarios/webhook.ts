import { z } from 'zod';
import type { SubscriptionView } from './tenant-controls.ts';
import type { World } from './world.ts';

const queuesSchema = z.record(z.string(), z.object({ sent: z.number() }));

/** What of a genuine item is different. */
export type Changed = Readonly<Record<string, unknown>>;

/** Calls the webhook as Graph does, or as somebody who pretends to be Graph. */
export function openWebhook({ azure, tenant, until, messages }: World) {
  const address = (tenantId = azure.tenantId) => `${azure.url}/graph/notifications/${tenantId}`;
  const send = (text: string, tenantId?: string) =>
    fetch(address(tenantId), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
  const subscription = async (resource: string): Promise<SubscriptionView> => {
    const found = (await tenant.subscriptions()).find((one) => one.resource === resource);
    if (!found) throw new Error(`nobody has subscribed to ${resource}`);
    return found;
  };
  return {
    send,
    subscription,
    /** An item as Graph sends it. */
    item: async (userId: string, changed: Changed = {}) => {
      const { id, clientState, expirationDateTime } = await subscription('users');
      return {
        changeType: 'updated',
        clientState,
        resource: `Users/${userId}`,
        resourceData: {
          '@odata.type': '#Microsoft.Graph.User',
          '@odata.id': `Users/${userId}`,
          id: userId,
          organizationId: azure.tenantId,
          eventTime: '2026-05-24T22:24:31.3062901Z',
        },
        subscriptionExpirationDateTime: expirationDateTime,
        subscriptionId: id,
        tenantId: azure.tenantId,
        ...changed,
      };
    },
    post: async (items: readonly unknown[], tenantId?: string) =>
      (await send(JSON.stringify({ value: items }), tenantId)).status,
    validate: (token: string, tenantId?: string) =>
      fetch(`${address(tenantId)}?validationToken=${token}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      }),
    /** Poll messages that were ever sent, once all are handled but those for later looks. */
    pollsSent: async (): Promise<number> => {
      await until(async () => (await messages()).polls === 0);
      return queuesSchema.parse(await azure.busStats()).polls?.sent ?? 0;
    },
  };
}
