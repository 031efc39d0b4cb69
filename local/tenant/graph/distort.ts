import type { GraphAnswer, GraphCall } from './graph-call.ts';
import type { TenantWorld } from './tenant-world.ts';

type Page = Record<string, unknown> & { readonly value: readonly unknown[] };

function isPage(body: unknown): body is Page {
  return typeof body === 'object' && body !== null && 'value' in body && Array.isArray(body.value);
}

/** The answer with the faults that strike collections: repeated items, broken ones, wrong links. */
export function distorted(world: TenantWorld, call: GraphCall, answer: GraphAnswer): GraphAnswer {
  if (call.method !== 'GET' || !isPage(answer.body)) return answer;
  let page: Page = answer.body;
  // Graph may send the same object several times in a round (Graph docs: delta query overview).
  if (page.value.length > 0 && world.faults.take('duplicate', call) !== undefined) {
    page = { ...page, value: [...page.value, ...page.value.slice(0, 1 + page.value.length / 2)] };
  }
  if (page.value.length > 0 && world.faults.take('badSchema', call) !== undefined) {
    page = { ...page, value: page.value.map((item, place) => (place === 0 ? broken(item) : item)) };
  }
  const foreign = world.faults.take('foreignNextLink', call);
  if (foreign !== undefined) {
    page = relinked(page, call.origin, foreign.origin ?? 'https://graph.elsewhere.example');
  }
  return { ...answer, body: page };
}

/** An item as no schema allows it: the id is a number, the name an object. */
function broken(item: unknown): unknown {
  return { ...(typeof item === 'object' ? item : {}), id: 42, displayName: { text: ['?'] } };
}

/** The page with its link, of whichever kind, leading to another host. */
function relinked(page: Page, origin: string, elsewhere: string): Page {
  const links = ['@odata.nextLink', '@odata.deltaLink'].flatMap((name) => {
    const link = page[name];
    return typeof link === 'string' ? [[name, link.replace(origin, elsewhere)]] : [];
  });
  return { ...page, ...Object.fromEntries(links) };
}
