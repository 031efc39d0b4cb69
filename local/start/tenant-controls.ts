import { z } from 'zod';

const statsSchema = z.object({
  requests: z.number(),
  resourceUnits: z.number(),
  writes: z.number(),
  directory: z.object({ users: z.number(), groups: z.number(), memberships: z.number() }),
});

/** What Graph was asked since the last reset, and how large the tenant is. */
export type TenantStats = Readonly<z.output<typeof statsSchema>>;

const userSchema = z.object({
  id: z.string(),
  userPrincipalName: z.string(),
  deletedDateTime: z.string().optional(),
});

/** The controls of the simulated tenant, as far as a start needs them. */
export interface TenantControls {
  readonly resetStats: () => Promise<void>;
  readonly stats: () => Promise<TenantStats>;
  /** Every live object as a line of JSON, read as it comes. */
  readonly dump: () => AsyncGenerator<string>;
  /** The sign-in name of some user that a shell and an address take as it is, for examples. */
  readonly someUser: () => Promise<string | undefined>;
  readonly isSoftDeleted: (userId: string) => Promise<boolean>;
}

/** Opens the controls of a tenant at `url`. This process must trust the tenant's certificate. */
export function openTenantControls(url: string): TenantControls {
  const ask = (path: string, method = 'GET') => fetch(`${url}/__tenant/${path}`, { method });
  const asked = async (path: string, method = 'GET'): Promise<Response> => {
    const response = await ask(path, method);
    if (response.ok) return response;
    throw new Error(`the tenant answered ${response.status}: ${await response.text()}`);
  };
  return {
    resetStats: async () => {
      await asked('reset', 'POST');
    },
    stats: async () => statsSchema.parse(await (await asked('stats')).json()),
    dump: async function* () {
      const { body } = await asked('dump');
      if (body) yield* linesOf(body.pipeThrough(new TextDecoderStream()));
    },
    someUser: async () => {
      const answer = z.object({ value: z.array(userSchema) });
      const { value } = answer.parse(await (await asked('users?search=@')).json());
      const names = value.map(({ userPrincipalName }) => userPrincipalName);
      return names.find((name) => /^[\w.@-]+$/.test(name));
    },
    isSoftDeleted: async (userId) => {
      const response = await ask(`users/${encodeURIComponent(userId)}`);
      const answer: unknown = await response.json();
      return response.ok && userSchema.parse(answer).deletedDateTime !== undefined;
    },
  };
}

/** The lines of a text that comes in pieces, without those that are empty. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
