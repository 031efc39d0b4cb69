import { beforeEach, describe, expect, it } from 'vitest';
import { credentialsInOrder } from '../../../lib/entra/credentials-in-order.ts';
import { AppError } from '../../../lib/errors.ts';

const HOUR = 3_600_000;
const SCOPE = 'https://graph.microsoft.com/.default';
const EXPIRED = 'AADSTS7000222: The provided client secret keys are expired.';

let now: number;
let told: string[];
let asked: string[];
let broken: Map<string, Error>;
let powerless: Set<string>;

beforeEach(() => {
  now = 1_000_000;
  told = [];
  asked = [];
  broken = new Map();
  powerless = new Set();
});

const tokenOf = (id: string) => {
  const roles = powerless.has(id) ? {} : { roles: ['User.Read.All'] };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({})}.${part({ id, ...roles })}.`;
};

function open(...ids: string[]) {
  const named = ids.map((id) => ({
    id,
    credential: {
      getToken: async () => {
        asked.push(id);
        const error = broken.get(id);
        if (error) throw error;
        return { token: tokenOf(id), expiresOnTimestamp: now + HOUR };
      },
    },
  }));
  const chain = credentialsInOrder(named, {
    clock: { now: () => now },
    failed: (id, { code }) => void told.push(`${id} ${code}`),
    replaced: (id, { code }) => void told.push(`${id} ${code} replaced`),
    worked: (id) => void told.push(`${id} works`),
  });
  return async () => {
    asked = [];
    return (await chain.getToken(SCOPE))?.token;
  };
}

describe('several credentials', () => {
  it('use the first that is taken, and tell it once', async () => {
    const getToken = open('one', 'two');
    expect(await getToken()).toBe(tokenOf('one'));
    await getToken();
    expect([asked, told]).toEqual([['one'], ['one works']]);
  });

  it('go on with the next in the same breath when the first is refused', async () => {
    broken.set('one', new Error(EXPIRED));
    const getToken = open('one', 'two');
    expect(await getToken()).toBe(tokenOf('two'));
    expect([asked, told]).toEqual([
      ['one', 'two'],
      ['one credential-refused', 'two works', 'one credential-refused replaced'],
    ]);
  });

  it('try the refused one again after an hour, not before', async () => {
    broken.set('one', new Error(EXPIRED));
    const getToken = open('one', 'two');
    await getToken();
    now += HOUR - 1;
    await getToken();
    expect(asked).toEqual(['two']);
    now += 1;
    await getToken();
    expect(asked).toEqual(['one', 'two']);
    broken.clear();
    await getToken();
    expect(asked).toEqual(['two']);
    now += HOUR;
    expect(await getToken()).toBe(tokenOf('one'));
    expect(told.at(-1)).toBe('one works');
  });

  it('go on with the next when the first is refused in the middle of the work', async () => {
    const getToken = open('one', 'two');
    await getToken();
    broken.set('one', new Error(EXPIRED));
    expect(await getToken()).toBe(tokenOf('two'));
    expect(await getToken()).toBe(tokenOf('two'));
    expect(told).toEqual([
      'one works',
      'one credential-refused',
      'two works',
      'one credential-refused replaced',
    ]);
  });

  it('pass over a token that may do nothing, as long as there is a better one', async () => {
    powerless.add('one');
    const getToken = open('one', 'two');
    expect(await getToken()).toBe(tokenOf('two'));
    expect(told).toEqual(['one access-denied', 'two works', 'one access-denied replaced']);
    powerless.add('two');
    expect(await getToken()).toBe(tokenOf('two'));
  });

  it('go on with the next where one cannot be asked, and ask it again the next time', async () => {
    broken.set('one', new Error('network_error: no network'));
    const getToken = open('one', 'two');
    expect(await getToken()).toBe(tokenOf('two'));
    await getToken();
    expect([asked, told]).toEqual([['one', 'two'], ['two works']]);
    broken.set('two', new Error(EXPIRED));
    await expect(getToken()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('when all are refused, say what was said of the first, and try all again the next time', async () => {
    broken.set('one', new Error(EXPIRED));
    broken.set('two', new Error('AADSTS700016: not found'));
    const getToken = open('one', 'two');
    const first = { code: 'credential-refused', message: expect.stringContaining('7000222') };
    await expect(getToken()).rejects.toMatchObject(first);
    await expect(getToken()).rejects.toMatchObject(first);
    expect(asked).toEqual(['one', 'two']);
    expect(told).toEqual(['one credential-refused', 'two credential-refused']);
    broken.delete('one');
    expect(await getToken()).toBe(tokenOf('one'));
  });
});

it('a single credential is tried each time, whatever its token may do', async () => {
  powerless.add('one');
  const getToken = open('one');
  expect(await getToken()).toBe(tokenOf('one'));
  broken.set('one', new AppError('credential-refused', 'not in the vault'));
  await expect(getToken()).rejects.toMatchObject({ code: 'credential-refused' });
  await expect(getToken()).rejects.toMatchObject({ code: 'credential-refused' });
  expect(told).toEqual(['one works', 'one credential-refused']);
});

it('no credential at all is a refusal', async () => {
  await expect(open()()).rejects.toMatchObject({ code: 'credential-refused' });
});
