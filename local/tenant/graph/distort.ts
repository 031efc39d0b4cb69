import { isChosen } from '../chosen.ts';
import { foreignItems } from './foreign-page.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import { withoutProperties } from './lost-permission.ts';
import { isDelta, isRead } from './request-kind.ts';
import type { TenantWorld } from './tenant-world.ts';

type Body = Readonly<Record<string, unknown>>;
type Page = Body & { readonly value: readonly unknown[] };

/** The answer with the faults that strike what was read, and those that strike its bytes. */
export function distorted(world: TenantWorld, call: GraphCall, answer: GraphAnswer): GraphAnswer {
  const { body } = answer;
  if (!isRecord(body)) return answer;
  const told = isRead(call) ? distortedBody(world, call, body) : body;
  // A batch is one text: an item of it cannot break off.
  const truncated = call.isBatched === true ? undefined : world.faults.take('truncated', call);
  return {
    ...answer,
    body: told,
    ...(truncated !== undefined && { truncated: truncated.how ?? 'cut' }),
  };
}

function isRecord(body: unknown): body is Body {
  return typeof body === 'object' && body !== null;
}

function isPage(body: Body): body is Page {
  return Array.isArray(body.value);
}

function distortedBody(world: TenantWorld, call: GraphCall, body: Body): Body {
  if (isPage(body)) return distortedPage(world, call, body);
  const lost = 'id' in body ? world.faults.take('lostPermission', call) : undefined;
  return lost === undefined ? body : (withoutProperties(body, lost) as Body);
}

function distortedPage(world: TenantWorld, call: GraphCall, page: Page): Page {
  const shown = isDelta(call) ? page : withheld(world, call, page);
  const value = distortedItems(world, call, shown.value);
  const foreign = world.faults.take('foreignNextLink', call);
  const links =
    foreign && relinked(page, call.origin, foreign.origin ?? 'https://graph.elsewhere.example');
  return { ...shown, ...links, value };
}

/** The page without some or all of its objects; deltas withhold them by round instead. */
function withheld({ faults }: TenantWorld, call: GraphCall, page: Page): Page {
  if (faults.take('emptyAnswer', call) !== undefined) {
    const { '@odata.nextLink': _, ...rest } = page;
    return { ...rest, ...('@odata.count' in page && { '@odata.count': 0 }), value: [] };
  }
  const partial = faults.take('partialAnswers', call, ({ reads }) => reads === true);
  if (partial === undefined) return page;
  const subset = { share: partial.share ?? 50, salt: faults.random.below(2 ** 32) };
  return { ...page, value: page.value.filter((item) => isChosen(idOf(item), subset)) };
}

function idOf(item: unknown): string {
  return isRecord(item) && typeof item.id === 'string' ? item.id : '';
}

function distortedItems(
  { faults, foreign }: TenantWorld,
  call: GraphCall,
  own: readonly unknown[],
): readonly unknown[] {
  if (own.length === 0) return own;
  let items = own;
  if (faults.take('foreignPage', call) !== undefined) items = foreignItems(foreign, call, items);
  // Graph may send the same object several times in a round (Graph docs: delta query overview).
  if (faults.take('duplicate', call) !== undefined) {
    items = [...items, ...items.slice(0, 1 + items.length / 2)];
  }
  const lost = faults.take('lostPermission', call);
  if (lost !== undefined) items = items.map((item) => withoutProperties(item, lost));
  if (faults.take('badSchema', call) !== undefined) items = [broken(items[0]), ...items.slice(1)];
  return items;
}

/** An item as no schema allows it: the id is a number, the name an object. */
function broken(item: unknown): unknown {
  return { ...(isRecord(item) ? item : {}), id: 42, displayName: { text: ['?'] } };
}

/** The page's link, of whichever kind, leading to another host. */
function relinked(page: Page, origin: string, elsewhere: string): Body {
  const links = ['@odata.nextLink', '@odata.deltaLink'].flatMap((name) => {
    const link = page[name];
    return typeof link === 'string' ? [[name, link.replace(origin, elsewhere)]] : [];
  });
  return Object.fromEntries(links);
}
