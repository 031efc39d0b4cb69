import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { AdminApi } from './admin-api.ts';
import { DEMO } from './demo-connection.ts';
import type { FirstRunNeeds } from './first-run.ts';
import { showRuns } from './live-feed.ts';
import { welcomeLines } from './welcome.ts';

/** Shows what there is to try, then every run as it ends, until the signal. */
export async function stayUp(needs: FirstRunNeeds & { readonly signIn: boolean }): Promise<void> {
  const { azure, admin, tenant, display, signal, signIn } = needs;
  const { paint, print } = display;
  const user = await tenant.someUser();
  const scimToken = await admin.scimToken();
  const named = {
    connectionId: DEMO.id,
    scimToken,
    signIn,
    ...(user === undefined ? {} : { user }),
  };
  print(...welcomeLines(azure, named, paint), '');
  print(
    `  ${paint('bold', 'Enter')} syncs now · it syncs by itself every 3 minutes · ${paint('bold', 'Ctrl-C')} stops`,
    '',
  );
  const keyboard = createInterface({ input: process.stdin });
  keyboard.on('line', () => void syncNow(admin, needs));
  const feed = showRuns(admin, display, { signal });
  if (!signal.aborted) await once(signal, 'abort');
  keyboard.close();
  await feed;
}

async function syncNow(admin: Pick<AdminApi, 'syncNow'>, needs: FirstRunNeeds): Promise<void> {
  const { paint, print } = needs.display;
  try {
    const { joined } = await admin.syncNow();
    print(paint('dim', joined ? '  a run is open already' : '  asked for a run'));
  } catch (error) {
    if (!needs.signal.aborted) print(paint('red', `  ${String(error)}`));
  }
}
