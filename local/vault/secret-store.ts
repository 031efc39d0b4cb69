import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Key Vault's attributes of a secret; times in Unix seconds. */
const attributes = z.object({
  enabled: z.boolean().exactOptional(),
  nbf: z.number().exactOptional(),
  exp: z.number().exactOptional(),
});

/** What can be set with a value or changed afterwards (Key Vault REST: SecretSetParameters). */
export const secretChange = z.object({
  contentType: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
  attributes: attributes.exactOptional(),
});

const secretVersion = z.object({
  version: z.string(),
  value: z.string(),
  contentType: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
  attributes: attributes.extend({
    enabled: z.boolean(),
    created: z.number(),
    updated: z.number(),
  }),
});

/** A secret with its versions, oldest first. */
const secret = z.object({
  name: z.string(),
  versions: z.array(secretVersion),
  deletedAt: z.number().exactOptional(),
});

export type SecretVersion = z.output<typeof secretVersion>;
export type Secret = z.output<typeof secret>;
export type SecretChange = z.output<typeof secretChange>;

/** Secrets by name, whose case does not count; kept in a file that only its owner can read. */
export class SecretStore {
  readonly #secrets = new Map<string, Secret>();
  readonly #file: string | undefined;
  #saved: Promise<void> = Promise.resolve();

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /** @param file where the secrets are kept; in memory only when there is none. */
  static async open(file?: string): Promise<SecretStore> {
    const store = new SecretStore(file);
    if (file === undefined) return store;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    for (const each of await readSecrets(file)) store.#secrets.set(each.name.toLowerCase(), each);
    return store;
  }

  find(name: string): Secret | undefined {
    return this.#secrets.get(name.toLowerCase());
  }

  /** In the order of their names. */
  all(): Secret[] {
    return [...this.#secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Adds a version, which becomes the current one. */
  async set(name: string, value: string, change: SecretChange): Promise<SecretVersion> {
    const now = seconds();
    const version: SecretVersion = {
      version: randomBytes(16).toString('hex'),
      value,
      ...(change.contentType === undefined ? {} : { contentType: change.contentType }),
      ...(change.tags === undefined ? {} : { tags: change.tags }),
      attributes: { enabled: true, ...change.attributes, created: now, updated: now },
    };
    const versions = [...(this.find(name)?.versions ?? []), version];
    await this.#put({ name: this.find(name)?.name ?? name, versions });
    return version;
  }

  /** Changes what is given of one version; its value stays. */
  async update(found: Secret, version: string, change: SecretChange): Promise<void> {
    const versions = found.versions.map((each) =>
      each.version === version
        ? {
            ...each,
            ...change,
            attributes: { ...each.attributes, ...change.attributes, updated: seconds() },
          }
        : each,
    );
    await this.#put({ ...found, versions });
  }

  /** Soft delete: it can be recovered until it is purged. */
  async delete(found: Secret): Promise<Secret> {
    const deleted = { ...found, deletedAt: seconds() };
    await this.#put(deleted);
    return deleted;
  }

  async recover({ name, versions }: Secret): Promise<void> {
    await this.#put({ name, versions });
  }

  async purge({ name }: Secret): Promise<void> {
    this.#secrets.delete(name.toLowerCase());
    await this.#save();
  }

  async #put(changed: Secret): Promise<void> {
    this.#secrets.set(changed.name.toLowerCase(), changed);
    await this.#save();
  }

  /** One write after the other; each replaces the file as a whole. */
  #save(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return Promise.resolve();
    this.#saved = this.#saved
      .catch(() => {})
      .then(async () => {
        const text = JSON.stringify([...this.#secrets.values()]);
        await writeFile(`${file}.new`, text, { mode: 0o600 });
        await rename(`${file}.new`, file);
      });
    return this.#saved;
  }
}

async function readSecrets(file: string): Promise<Secret[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return z.array(secret).parse(JSON.parse(text));
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
