import { describe, expect, it } from 'vitest';
import { findByName } from '../../../lib/entra/find-by-name.ts';
import {
  batch,
  notFound,
  type SubAnswer,
  subError,
  subRequestsOf,
  throttled,
} from './fake-batch.ts';
import { fakeGraph, json } from './fake-graph.ts';

const guid = 'A1A1A1A1-0000-4000-8000-000000000001';
const next = 'https://graph.example/v1.0/groups?$skiptoken=1';

interface Team {
  readonly id: string;
  readonly displayName: string | null;
}
const list = (...value: readonly Team[]): SubAnswer => ({ body: { value } });

/** The path and options of a part of a batch, read as a server reads them. */
function parts(url: string): Readonly<Record<string, string>> {
  const { pathname, searchParams } = new URL(url, 'https://graph.example');
  return { path: pathname, ...Object.fromEntries(searchParams) };
}

/** Groups that know themselves by the text between the quotes. */
const echo = batch((url) => {
  const text = /^displayName eq '(.*)'$/.exec(parts(url).$filter ?? '')?.[1]?.replaceAll("''", "'");
  return text === undefined ? notFound : list({ id: `id of ${text}`, displayName: text });
});

describe('a look-up by name', () => {
  it.each([
    ['plain', 'Sales'],
    ['a quote', "L'Atelier ''"],
    ['what means something in addresses', 'R&D + C# = 100 % / a?b=c;d'],
    ['an emoji', '🚀 Launch'],
    ['right-to-left', 'צוות מכירות'],
    ['the words of a filter', "x' or displayName eq 'y"],
  ])('reaches Graph as it is: %s', async (_, name) => {
    const { graph } = fakeGraph([echo]);
    const found = await findByName(graph, 'group', [name]);
    expect(found).toEqual(new Map([[name, [{ id: `id of ${name}`, displayName: name }]]]));
  });

  it('asks for users by their user principal name, and for what tells them apart', async () => {
    const user = { id: 'u', displayName: 'Ada', userPrincipalName: 'Ada_x#EXT#@contoso.example' };
    const { graph, requests } = fakeGraph([batch(() => ({ body: { value: [user] } }))]);
    const asked = 'ada_x#ext#@contoso.example';
    expect(await findByName(graph, 'user', [asked])).toEqual(new Map([[asked, [user]]]));
    const [request] = requests;
    const [part] = request ? await subRequestsOf(request) : [];
    expect(parts(part?.url ?? '')).toEqual({
      path: '/users',
      $filter: `userPrincipalName eq '${asked}'`,
      $select: 'id,displayName,userPrincipalName',
    });
  });

  it('asks for ids as such, and gives them as Graph spells them', async () => {
    const team = { id: guid.toLowerCase(), displayName: 'Team' };
    const { graph, requests } = fakeGraph([batch(() => ({ body: { ...team, mail: 'x' } }))]);
    expect(await findByName(graph, 'group', [guid])).toEqual(new Map([[guid, [team]]]));
    const [request] = requests;
    const [part] = request ? await subRequestsOf(request) : [];
    expect(part?.url).toBe(`/groups/${guid}?$select=id,displayName`);
  });

  it('finds none, one, or several; of many the first five', async () => {
    const twins = Array.from({ length: 7 }, (_, at) => ({ id: `t${at}`, displayName: 'Twins' }));
    const answers: Record<string, SubAnswer> = { none: list(), twins: list(...twins) };
    const { graph } = fakeGraph([
      batch((url) => answers[/eq '(.*)'/.exec(parts(url).$filter ?? '')?.[1] ?? ''] ?? notFound),
    ]);
    const found = await findByName(graph, 'group', ['none', guid, 'twins', 'none']);
    expect([...found].map(([text, those]) => [text, those.length])).toEqual([
      ['none', 0],
      [guid, 0],
      ['twins', 5],
    ]);
  });

  it('takes none for another that Graph takes it for', async () => {
    const teams = [
      { id: 'a', displayName: 'STRASSE' },
      { id: 'b', displayName: 'straße' },
      { id: 'c', displayName: null },
    ];
    const { graph } = fakeGraph([batch(() => list(...teams))]);
    expect(await findByName(graph, 'group', ['Straße'])).toEqual(
      new Map([['Straße', [{ id: 'b', displayName: 'straße' }]]]),
    );
  });

  it('reads on over an empty page, each object once', async () => {
    const team = { id: 'a', displayName: 'Team' };
    const { graph, requests } = fakeGraph([
      batch(() => ({ body: { value: [], '@odata.nextLink': next } })),
      json({ value: [team, team] }),
    ]);
    expect(await findByName(graph, 'group', ['team'])).toEqual(new Map([['team', [team]]]));
    expect(requests).toHaveLength(2);
  });

  it('asks 20 at a time, and nothing about what can be no name', async () => {
    const names = Array.from({ length: 41 }, (_, at) => `Team ${at}`);
    const odd = ['', ' ', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(257)];
    const { graph, requests } = fakeGraph([echo, echo, echo]);
    const found = await findByName(graph, 'group', [...odd, ...names, 'Team 0']);
    expect([...found.keys()]).toEqual([...odd, ...names]);
    expect(odd.map((text) => found.get(text))).toEqual(odd.map(() => []));
    const sizes = requests.map(async (request) => (await subRequestsOf(request)).length);
    expect(await Promise.all(sizes)).toEqual([20, 20, 1]);
  });

  it('asks again about those that were throttled alone', async () => {
    let tries = 0;
    const busy = batch((url) => {
      if (!url.includes('Two')) return list({ id: '1', displayName: 'One' });
      tries += 1;
      return tries === 1 ? throttled('2.5') : list({ id: '2', displayName: 'Two' });
    });
    const { graph, requests, pauses } = fakeGraph([busy, busy]);
    const found = await findByName(graph, 'group', ['One', 'Two']);
    expect([...found.values()].flat().map(({ id }) => id)).toEqual(['1', '2']);
    expect(pauses).toEqual([2_500]);
    const [, second] = requests;
    expect(second && (await subRequestsOf(second))).toHaveLength(1);
  });
});

describe('a look-up that fails', () => {
  it.each([
    ['a refusal', subError(403, 'Authorization_RequestDenied'), 'access-denied'],
    ['a filter that is refused', subError(400, 'Request_UnsupportedQuery'), 'bad-answer'],
    ['a list that is not found', notFound, 'bad-answer'],
    ['no list', { body: {} }, 'bad-answer'],
    ['an object without an id', { body: { value: [{ displayName: 'x' }] } }, 'bad-answer'],
    [
      'another origin',
      { body: { value: [], '@odata.nextLink': 'https://evil.example/v1.0/x' } },
      'bad-link',
    ],
  ])('is not taken for none: %s', async (_, answer, code) => {
    const { graph } = fakeGraph([batch(() => answer)]);
    await expect(findByName(graph, 'group', ['x'])).rejects.toMatchObject({ code, side: 'entra' });
  });

  it.each([
    ['another object', { body: { id: 'b', displayName: 'x' } }],
    ['a 404 that is not of Graph', { status: 404, body: '<html>' }],
  ])('is not taken for none by id: %s', async (_, answer) => {
    const { graph } = fakeGraph([batch(() => answer)]);
    const failure = { code: 'bad-answer', side: 'entra' };
    await expect(findByName(graph, 'user', [guid])).rejects.toMatchObject(failure);
  });

  it('says how long to wait, and who asks for it', async () => {
    const busy = batch(() => throttled(300));
    const { graph } = fakeGraph([busy]);
    await expect(findByName(graph, 'group', ['x'])).rejects.toMatchObject({
      code: 'throttled',
      side: 'entra',
      retryable: true,
      retryAfterSeconds: 300,
    });
  });
});
