import { describe, expect, it } from 'vitest';
import { openSealer } from '../../../lib/azure/sealing.ts';
import { hasCode } from '../../../lib/errors.ts';
import type { Secrets } from '../../../lib/ports/platform.ts';

const NAME = 'sealing-key';

/** A vault in memory; `reached` runs before a write arrives. */
function memorySecrets(reached: () => Promise<void> = async () => {}) {
  const values = new Map<string, string>();
  const counts = { reads: 0, writes: 0 };
  const secrets: Secrets = {
    get: async (name) => {
      counts.reads += 1;
      return values.get(name);
    },
    set: async (name, value) => {
      await reached();
      counts.writes += 1;
      values.set(name, value);
    },
    remove: async (name) => {
      values.delete(name);
    },
  };
  return { secrets, values, counts };
}

function clockAt(time: number) {
  return { time, now: () => 0, settle: async () => {} };
}

const options = () => {
  const clock = clockAt(1_000_000);
  return Object.assign(clock, { now: () => clock.time });
};

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) =>
      hasCode(error, 'bad-answer', 'unavailable', 'bad-configuration') ? error.code : 'other',
  );

describe('sealing', () => {
  it('opens what it sealed, and nothing of it can be read in between', async () => {
    const sealer = openSealer(memorySecrets().secrets, options());
    for (const plain of ['', 'Zoë \u{1f600}', 'x'.repeat(100_000)]) {
      const sealed = await sealer.seal(plain, 'a row');
      expect(sealed.bytes).toHaveLength(28 + Buffer.byteLength(plain));
      expect(await sealer.open(sealed, 'a row')).toBe(plain);
      if (plain) expect(Buffer.from(sealed.bytes).includes(plain.slice(0, 3))).toBe(false);
    }
  });

  it('never seals twice with one nonce', async () => {
    const sealer = openSealer(memorySecrets().secrets, options());
    const seals = await Promise.all(Array.from({ length: 100 }, () => sealer.seal('same', 'c')));
    const nonces = seals.map(({ bytes }) => Buffer.from(bytes.subarray(0, 12)).toString('hex'));
    expect(new Set(nonces).size).toBe(100);
  });

  it('refuses another context, any changed byte, and less than a seal', async () => {
    const sealer = openSealer(memorySecrets().secrets, options());
    const sealed = await sealer.seal('secret', 'row 1');
    expect(await codeOf(sealer.open(sealed, 'row 2'))).toBe('bad-answer');
    for (let at = 0; at < sealed.bytes.length; at += 1) {
      const bytes = Uint8Array.from(sealed.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(await codeOf(sealer.open({ ...sealed, bytes }, 'row 1'))).toBe('bad-answer');
    }
    for (const length of [0, 11, 12, 27, 28]) {
      const bytes = sealed.bytes.subarray(0, length);
      expect(await codeOf(sealer.open({ ...sealed, bytes }, 'row 1'))).toBe('bad-answer');
    }
  });

  it('reads its keys once, whatever is asked of it at the same time', async () => {
    const vault = memorySecrets();
    const sealer = openSealer(vault.secrets, options());
    await Promise.all(Array.from({ length: 20 }, () => sealer.seal('x', 'c')));
    expect(vault.counts).toEqual({ reads: 2, writes: 1 });
    await openSealer(vault.secrets, options()).seal('x', 'c');
    expect(vault.counts).toEqual({ reads: 3, writes: 1 });
  });

  it('ends up with one key when two processes make it at the same time', async () => {
    const arrived = Promise.withResolvers<void>();
    let writers = 0;
    const both = async () => {
      writers += 1;
      if (writers === 2) arrived.resolve();
      await arrived.promise;
    };
    const vault = memorySecrets(both);
    const settle = async () => {
      while (vault.counts.writes < 2) await new Promise((resolve) => setImmediate(resolve));
    };
    const openOne = () => openSealer(vault.secrets, { ...options(), settle });
    const seals = await Promise.all([openOne().seal('1', 'c'), openOne().seal('2', 'c')]);
    const late = openSealer(vault.secrets, options());
    const opened = await Promise.all(seals.map((sealed) => late.open(sealed, 'c')));
    expect(opened).toEqual(['1', '2']);
  });

  it('seals under the new key after a rotation and still opens the old', async () => {
    const vault = memorySecrets();
    const clock = options();
    const sealer = openSealer(vault.secrets, clock);
    const old = await sealer.seal('old', 'c');
    const { keys } = JSON.parse(vault.values.get(NAME) ?? '');
    const next = Buffer.alloc(32, 7).toString('base64');
    vault.values.set(NAME, JSON.stringify({ current: 'k2', keys: { ...keys, k2: next } }));

    const rotated = await openSealer(vault.secrets, clock).seal('new', 'c');
    expect(rotated.keyId).toBe('k2');
    expect((await sealer.seal('x', 'c')).keyId).toBe(old.keyId);
    clock.time += 2_000;
    expect(await sealer.open(rotated, 'c')).toBe('new');
    clock.time += 6 * 60_000;
    expect((await sealer.seal('x', 'c')).keyId).toBe('k2');
    expect(await sealer.open(old, 'c')).toBe('old');
  });

  it('says that a key is missing, without asking for it every time', async () => {
    const vault = memorySecrets();
    const clock = options();
    const sealer = openSealer(vault.secrets, clock);
    const sealed = { ...(await sealer.seal('x', 'c')), keyId: 'lost' };
    const { reads } = vault.counts;
    clock.time += 2_000;
    for (let n = 0; n < 5; n += 1)
      expect(await codeOf(sealer.open(sealed, 'c'))).toBe('unavailable');
    expect(vault.counts.reads).toBe(reads + 1);
  });

  it('goes on with the keys it has while the vault is out of reach', async () => {
    const vault = memorySecrets();
    const clock = options();
    const sealer = openSealer(vault.secrets, clock);
    const sealed = await sealer.seal('x', 'c');
    vault.secrets.get = () => Promise.reject(new Error('down'));
    clock.time += 10 * 60_000;
    expect(await sealer.open(sealed, 'c')).toBe('x');
    expect((await sealer.seal('y', 'c')).keyId).toBe(sealed.keyId);
  });

  it('recovers when the vault was out of reach at first', async () => {
    const vault = memorySecrets();
    let down = true;
    const sealer = openSealer(
      {
        ...vault.secrets,
        get: (name) => (down ? Promise.reject(new Error('down')) : vault.secrets.get(name)),
      },
      options(),
    );
    await expect(sealer.seal('x', 'c')).rejects.toThrow('down');
    down = false;
    expect(await sealer.open(await sealer.seal('x', 'c'), 'c')).toBe('x');
  });

  it('refuses a secret of another shape and does not quote it', async () => {
    const bad = [
      'no json',
      '{}',
      '{"current":"a","keys":{}}',
      '{"current":"a","keys":{"a":"c2hvcnQ="}}',
    ];
    for (const value of bad) {
      const vault = memorySecrets();
      vault.values.set(NAME, value);
      const failure = openSealer(vault.secrets, options()).seal('x', 'c');
      expect(await codeOf(failure)).toBe('bad-configuration');
      await expect(failure).rejects.not.toMatchObject({ cause: expect.anything() });
    }
  });
});
