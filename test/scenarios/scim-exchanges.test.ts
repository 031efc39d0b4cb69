import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fresh } from './fresh.ts';
import { httpStage } from './scim/http-stage.ts';
import { type Received, replay, type Sent, type Stage } from './scim/replay.ts';
import { STORIES } from './scim/stories.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ empty: true, users: 3, groups: 1, memberships: 2 });
});

afterAll(() => world?.stop());

/** A connection of its own, with a directory that is empty. */
function openStage(): Promise<Stage> {
  return httpStage(world, fresh('story'));
}

it.each(STORIES)('$name', async (story) => {
  await replay(story, await openStage());
});

function request(method: string, path: string, body?: unknown): Sent {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = { 'content-type': 'application/scim+json; charset=utf-8' };
  return { method, path, headers, body: text, bearer: undefined };
}

async function created({ send }: Stage, path: string, body: unknown): Promise<string> {
  const { status, text } = await send(request('POST', path, body));
  expect(status).toBe(201);
  return JSON.parse(text).id;
}

const membersOf = ({ text }: Received): string[] =>
  (JSON.parse(text).members ?? []).map(({ value }: { value: string }) => value).sort();

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('trap 04: the tables are down', () => {
  it.each([
    ['unavailable', ['directory', 'directorymembers']],
    ['throttle', ['directory', 'directorymembers']],
    ['unavailable', 'all'],
  ] as const)('%s %j is 503 for every request, and nobody is gone', async (mode, tables) => {
    const stage = await openStage();
    const user = await created(stage, '/Users', { userName: 'u' });
    const group = await created(stage, '/Groups', { displayName: 'G', members: [{ value: user }] });
    const Operations = [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: user }] }];
    await world.azure.tableFaults([{ mode, tables }]);
    const answers = await Promise.all(
      [
        request('GET', `/Users/${user}`),
        request('GET', '/Users?filter=userName eq "u"'),
        request('GET', '/Groups'),
        request('POST', '/Users', { userName: 'v' }),
        request('PATCH', `/Groups/${group}`, { Operations }),
        request('DELETE', `/Users/${user}`),
      ].map((sent) => stage.send(sent)),
    ).finally(() => world.azure.tableFaults([]));
    for (const { status, headers, text } of answers) {
      expect([status, JSON.parse(text).status]).toEqual([503, '503']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const read = await stage.send(request('GET', `/Groups/${group}`));
    expect([read.status, membersOf(read)]).toEqual([200, [user]]);
    expect((await stage.send(request('GET', `/Users/${user}`))).status).toBe(200);
  });
});

describe('trap 14: many at once', () => {
  it('20 PATCHes of one group lose no member', async () => {
    const stage = await openStage();
    const users = await Promise.all(
      numbers(20).map((n) => created(stage, '/Users', { userName: `u${n}` })),
    );
    const group = await created(stage, '/Groups', { displayName: 'G' });
    const change = (op: string, value: string) =>
      stage.send(
        request('PATCH', `/Groups/${group}`, {
          Operations: [{ op, path: 'members', value: [{ $ref: null, value }] }],
        }),
      );
    const added = await Promise.all(users.map((id) => change('Add', id)));
    expect(added.map(({ status }) => status)).toEqual(users.map(() => 204));
    expect(membersOf(await stage.send(request('GET', `/Groups/${group}`)))).toEqual(
      users.toSorted(),
    );
    // Half of them go while they are added once more: each has its own last word.
    const again = await Promise.all(users.map((id, n) => change(n < 10 ? 'Remove' : 'Add', id)));
    expect(again.map(({ status }) => status)).toEqual(users.map(() => 204));
    expect(membersOf(await stage.send(request('GET', `/Groups/${group}`)))).toEqual(
      users.slice(10).toSorted(),
    );
  });

  it('10 PATCHes of one user lose no attribute', async () => {
    const stage = await openStage();
    const id = await created(stage, '/Users', { userName: 'u' });
    const types = numbers(10).map((n) => `type${n}`);
    const answers = await Promise.all(
      types.map((type) =>
        stage.send(
          request('PATCH', `/Users/${id}`, {
            Operations: [{ op: 'Add', path: `phoneNumbers[type eq "${type}"].value`, value: type }],
          }),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(types.map(() => 200));
    const { phoneNumbers } = JSON.parse((await stage.send(request('GET', `/Users/${id}`))).text);
    expect(phoneNumbers.map(({ value }: { value: string }) => value).sort()).toEqual(types);
  });

  it('of 10 POSTs of one name one is answered with 201', async () => {
    const stage = await openStage();
    const answers = await Promise.all(
      numbers(10).map((n) =>
        stage.send(request('POST', '/Users', { userName: n % 2 ? 'Ada' : 'aDA' })),
      ),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, ...numbers(9).map(() => 409)]);
    const { text } = await stage.send(request('GET', '/Users'));
    expect(JSON.parse(text).totalResults).toBe(1);
  });
});

describe('trap 20: two connections at once', () => {
  it('have their own addresses, schemas and resources', async () => {
    const both = await Promise.all([openStage(), openStage()]);
    await Promise.all(
      both.flatMap((stage, of) =>
        numbers(20).map(async (n) => {
          const user = await stage.send(request('POST', '/Users', { userName: `${n} of ${of}` }));
          expect(user.status).toBe(201);
          const { meta, id } = JSON.parse(user.text);
          expect(meta.location).toBe(`${stage.base}/Users/${id}`);
          expect(user.headers.get('location')).toBe(meta.location);
          const schemas = await stage.send(request('GET', '/Schemas'));
          for (const schema of JSON.parse(schemas.text).Resources)
            expect(schema.meta.location).toBe(`${stage.base}/Schemas/${schema.id}`);
          const other = both[1 - of];
          expect((await other?.send(request('GET', `/Users/${id}`)))?.status).toBe(404);
        }),
      ),
    );
    for (const [of, { send }] of both.entries()) {
      const { Resources } = JSON.parse((await send(request('GET', '/Users'))).text);
      const names = Resources.map(({ userName }: { userName: string }) => userName);
      expect(names.toSorted()).toEqual(
        numbers(20)
          .map((n) => `${n} of ${of}`)
          .toSorted(),
      );
    }
  });

  it('do not take the credentials of each other', async () => {
    const [one, two] = await Promise.all([openStage(), openStage()]);
    const id = await created(one, '/Users', { userName: 'u' });
    const crossed = [
      ['GET', '/Users'],
      ['GET', `/Users/${id}`],
      ['DELETE', `/Users/${id}`],
      ['GET', '/ServiceProviderConfig'],
    ] as const;
    for (const [method, path] of crossed) {
      const answer = await two.send({ ...request(method, path), bearer: one.bearer });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="scim"',
      ]);
    }
    expect((await one.send(request('GET', `/Users/${id}`))).status).toBe(200);
  });
});
