import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NotifiedTenant, notifiedTenant } from './notified-tenant.ts';
import type { Item } from './receiver-under-test.ts';
import { newCrew, urlOf } from './written-things.ts';

let notified: NotifiedTenant;
beforeAll(async () => {
  notified = await notifiedTenant({
    // One request at a time, because otherwise they may overtake each other.
    notifications: { batchSeconds: 0.05, parallelPosts: 1, retrySeconds: 10 },
  });
});
afterAll(() => notified.close());
beforeEach(() => notified.clear());

/** Minutes that a subscription can live. */
const LONGEST = 41_759;

const told = (item: Item): string => `${String(item.changeType)} ${String(item.resource)}`;

describe('a notification', () => {
  it('has the form that Graph gives it', async () => {
    const { id: subscriptionId, expirationDateTime } = await notified.subscribe();
    const id = await notified.made('users', 'Ada Ames');
    const [item] = await notified.receiver.received(1);
    const [post] = notified.receiver.posts;
    expect(post?.contentType).toBe('application/json');
    expect(item).toEqual({
      changeType: 'updated',
      clientState: 'between us',
      resource: `Users/${id}`,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.User',
        '@odata.id': `Users/${id}`,
        id,
        organizationId: notified.under.tenant.tenantId,
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/),
        sequenceNumber: expect.any(Number),
      },
      subscriptionExpirationDateTime: expect.stringMatching(/\.\d{7}\+00:00$/),
      subscriptionId,
      tenantId: notified.under.tenant.tenantId,
    });
    expect(Date.parse(String(item?.subscriptionExpirationDateTime))).toBe(
      Date.parse(expirationDateTime),
    );
  });

  it('has a sequence number that no double can hold', async () => {
    await notified.subscribe();
    await notified.made('users', 'Bea Bell');
    await notified.receiver.received(1);
    const digits =
      /"sequenceNumber":(\d{18})\b/.exec(notified.receiver.posts[0]?.text ?? '')?.[1] ?? '';
    expect(String(BigInt(Number(digits)))).not.toBe(digits);
  });
});

describe('what is told', () => {
  it.each<[string, (id: string) => Promise<unknown>, string[]]>([
    [
      'a change by control',
      (id) => notified.under.control(`PATCH users/${id}`, { city: 'Cork' }),
      ['updated'],
    ],
    [
      'a change by Graph',
      (id) => notified.under.graph.api(`/users/${id}`).patch({ city: 'Bonn' }),
      ['updated'],
    ],
    ['nothing where nothing changes', (id) => notified.under.control(`PATCH users/${id}`, {}), []],
    [
      'a soft deletion as an update',
      (id) => notified.under.graph.api(`/users/${id}`).delete(),
      ['updated'],
    ],
    [
      'a purge as a deletion',
      async (id) => {
        await notified.under.graph.api(`/users/${id}`).delete();
        await notified.under.graph.api(`/directory/deletedItems/${id}`).delete();
      },
      ['updated', 'deleted'],
    ],
    [
      'a restoration as an update',
      async (id) => {
        await notified.under.control(`DELETE users/${id}`);
        await notified.under.control(`POST users/${id}/restore`);
      },
      ['updated', 'updated'],
    ],
    [
      'a purge after 30 days',
      async (id) => {
        await notified.under.control(`DELETE users/${id}`);
        await notified.leap(15 * 24 * 3600);
        await prolong();
        await notified.leap(14 * 24 * 3600);
        await prolong();
        await notified.leap(25 * 3600);
      },
      ['updated', 'deleted'],
    ],
  ])('is %s', async (_name, act, expected) => {
    const id = await notified.made('users', 'Cleo Carr');
    await notified.subscribe({ expirationDateTime: await notified.inMinutes(LONGEST) });
    await act(id);
    const marker = await notified.made('users', 'The End');
    // Others may be purged by the way.
    const own = () =>
      notified.receiver
        .items()
        .filter(({ resourceData }) => [id, marker].includes(resourceData?.id ?? ''));
    await expect.poll(() => own().length).toBe(expected.length + 1);
    expect(own().map(told)).toEqual([
      ...expected.map((type) => `${type} Users/${id}`),
      `updated Users/${marker}`,
    ]);
  });

  it('is only what was asked for', async () => {
    const [one, other] = [await notified.made('users', 'Uno'), await notified.made('users', 'Duo')];
    const all = await notified.subscribe({ changeType: 'deleted' });
    const single = await notified.subscribe({ resource: `/users/${one}`, changeType: 'updated' });
    await notified.subscribe({ resource: 'groups' });
    await notified.under.control(`PATCH users/${other}`, { city: 'Cork' });
    await notified.under.control(`PATCH users/${one}`, { city: 'Cork' });
    await notified.under.control(`DELETE users/${other}?hard=true`);
    const items = await notified.receiver.received(2);
    expect(items.map((item) => [item.subscriptionId, told(item)])).toEqual([
      [single.id, `updated Users/${one}`],
      [all.id, `deleted Users/${other}`],
    ]);
  });

  it('is who joined and left a group, together', async () => {
    const [ann, ben] = [await notified.made('users', 'Ann'), await notified.made('users', 'Ben')];
    const group = await notified.made('groups', 'Choir');
    const subscriptions = [
      await notified.subscribe({ resource: 'groups' }),
      await notified.subscribe({ resource: `groups/${group}/members` }),
      await notified.subscribe(),
    ];
    await notified.under.control(`POST groups/${group}/members`, { ids: [ann, ben] });
    await notified.under.graph.api(`/groups/${group}/members/${ann}/$ref`).delete();
    const items = await notified.receiver.received(4);
    const joined = [{ id: ann }, { id: ben }];
    const left = [{ id: ann, '@removed': 'deleted' }];
    const seen = items.map((item) => [item.subscriptionId, item.resourceData?.['members@delta']]);
    const [groups, members] = subscriptions.map(({ id }) => id);
    expect(seen).toEqual([
      [groups, joined],
      [members, joined],
      [groups, left],
      [members, left],
    ]);
    expect(items.every((item) => told(item) === `updated Groups/${group}`)).toBe(true);
  });

  it('is what Graph is asked to write of a group, from its creation to its end', async () => {
    const ann = await notified.made('users', 'Ann');
    await notified.subscribe({ resource: 'groups' });
    const { id } = await notified.under.graph
      .api('/groups')
      .post(newCrew({ 'members@odata.bind': [urlOf(ann)] }));
    await notified.under.graph.api(`/groups/${id}`).patch({ displayName: 'Crew of one' });
    await notified.under.graph.api(`/groups/${id}`).delete();
    await notified.under.graph.api(`/directory/deletedItems/${id}`).delete();
    const types = () => notified.receiver.items().map(told);
    await expect.poll(types).toContain(`deleted Groups/${id}`);
    expect(new Set(types())).toEqual(new Set([`updated Groups/${id}`, `deleted Groups/${id}`]));
    const joined = notified.receiver
      .items()
      .flatMap(({ resourceData }) => resourceData?.['members@delta'] ?? []);
    expect(joined[0]).toEqual({ id: ann });
  });

  it('comes before a delta shows it', async () => {
    await notified.under.control('POST faults', [{ kind: 'lag', seconds: 600 }]);
    const { deltaLink } = await notified.under.round('/users/delta?$deltatoken=latest');
    await notified.subscribe();
    await notified.made('users', 'Early Bird');
    await notified.receiver.received(1);
    expect((await notified.under.round(deltaLink)).items).toEqual([]);
  });
});

async function prolong(): Promise<void> {
  const { value } = await notified.under.graph.api('/subscriptions').get();
  for (const { id } of value) {
    await notified.under.graph
      .api(`/subscriptions/${id}`)
      .patch({ expirationDateTime: await notified.inMinutes(LONGEST) });
  }
}
