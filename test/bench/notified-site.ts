import { z } from 'zod';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { AzureOptions } from '../../local/azure.ts';
import { atSite, endedRun, type Site, type Size, until } from './site.ts';

const CONNECTION = 'bench';

const queuesSchema = z.record(
  z.string(),
  z.object({ active: z.number(), scheduled: z.number(), sent: z.number() }),
);

/** A site whose tenant tells it of every change. */
export interface NotifiedSite extends Site {
  readonly connectionId: string;
  /** A user's job title in the application, by Entra id. */
  readonly titleOf: (user: string) => Promise<unknown>;
  /** Messages that were ever sent to the polls. */
  readonly pollsSent: () => Promise<number>;
  /** Waits until nothing is told, looked for or applied any more. */
  readonly isQuiet: () => Promise<void>;
}

/** Works with a tenant that is imported and subscribed to; nothing polls by the clock. */
export async function atNotifiedSite(
  size: Size & Pick<AzureOptions, 'pageSize'>,
  work: (site: NotifiedSite) => Promise<void>,
): Promise<void> {
  await atSite({ ...size, front: true }, async (site) => {
    const notified = openNotifiedSite(site);
    await site.connect(CONNECTION);
    await endedRun(site, CONNECTION);
    await until(async () => (await site.tenant.subscriptions()).length === 2);
    await notified.isQuiet();
    await work(notified);
  });
}

function openNotifiedSite(site: Site): NotifiedSite {
  const { azure } = site;
  const tables = openTables({ connectionString: azure.tableConnectionString });
  const app = openHostedDirectory(tables, CONNECTION);
  const queues = async () => queuesSchema.parse(await azure.busStats());
  const isQuietNow = async () => {
    const { waiting } = waitingSchema.parse((await site.tenant.stats()).notifications);
    const each = Object.values(await queues());
    return waiting === 0 && each.every(({ active, scheduled }) => active + scheduled === 0);
  };
  return {
    ...site,
    connectionId: CONNECTION,
    titleOf: async (user) => (await app.find('user', [user])).get(user)?.attributes.title,
    pollsSent: async () => (await queues()).polls?.sent ?? 0,
    isQuiet: () => until(isQuietNow),
  };
}

const waitingSchema = z.object({ waiting: z.number() });
