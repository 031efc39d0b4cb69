import { AppError } from '../../errors.ts';
import { isPush } from '../../sync/connection.ts';
import { type Tenancy, type TendNeeds, tendSubscriptions } from './tend-subscriptions.ts';

/** A tenant that does not answer must not keep the others waiting. */
const AT_ONCE = 8;

/** Every application in every tenant that has subscriptions, or should have some. */
export async function tendAll(needs: TendNeeds): Promise<void> {
  const waiting = await tenanciesOf(needs);
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await tend(needs, next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function tenanciesOf({ connections, watches }: TendNeeds): Promise<Tenancy[]> {
  const found = new Map<string, Tenancy>();
  const add = ({ tenantId, clientId }: Tenancy) =>
    found.set(`${tenantId} ${clientId}`, { tenantId, clientId });
  for await (const page of connections.list())
    for (const connection of page) if (!isPush(connection)) add(connection.entra);
  for await (const page of watches.all()) page.forEach(add);
  return [...found.values()];
}

async function tend(needs: TendNeeds, tenancy: Tenancy): Promise<void> {
  try {
    await tendSubscriptions(needs, tenancy);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { tenantId } = tenancy;
    needs.log.warn('subscriptions could not be seen to', { tenantId, code: error.code });
  }
}
