import { z } from 'zod';
import type { StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Authorizations, Standing } from '../ports/authorizations.ts';
import { proofSchema } from '../sync/authorization.ts';
import { PARTS } from '../sync/entra-credential.ts';
import { after } from './keys.ts';

const PROOF_PREFIX = 'p:';
const FAILURE_PREFIX = 'f:';
const DOMAINS_ROW = 'd:';
const EXPIRIES_ROW = 'e:';
const TOLD_ROW = 'h:';
const TEST_ROW = 'l:';
/** Consents that are under way, by the hash of their state. */
const PENDING_PREFIX = 's:';

const failureSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    at: z.string(),
    // Rows of before say only when it was refused last.
    since: z.string().optional(),
  })
  .transform(({ since, ...failure }) => ({ ...failure, since: since ?? failure.at }));
const domainsSchema = z.object({
  at: z.string(),
  domains: z.array(z.object({ name: z.string(), isDefault: z.boolean(), isInitial: z.boolean() })),
});
const testSchema = z.object({
  at: z.string(),
  by: z.string(),
  passed: z.boolean(),
  of: z.string(),
});
const expiriesSchema = z.object({
  at: z.string(),
  ends: z.record(z.string(), z.string().nullable()),
});
const toldSchema = z.array(z.string());
const pendingSchema = z.object({ by: z.string(), credentialId: z.string(), expiresAt: z.number() });

/** How connections stand, in the table `authorizations`: a partition a connection. */
export function openAuthorizations(table: Table): Authorizations {
  const put = (owner: Parameters<Authorizations['of']>[0], rowKey: string, data: unknown) =>
    table.write([
      {
        op: 'put',
        row: {
          partitionKey: owner.id,
          rowKey,
          v: 1,
          since: owner.createdAt,
          data: JSON.stringify(data),
        },
      },
    ]);
  const remove = async (partitionKey: string, rowKey: string): Promise<boolean> => {
    try {
      await table.write([{ op: 'delete', row: { partitionKey, rowKey } }]);
      return true;
    } catch (error) {
      if (hasCode(error, 'not-found')) return false;
      throw error;
    }
  };
  return {
    of: async ({ id, createdAt }) => {
      const rows: StoredRow[] = [];
      const whole = { partitionKey: id, from: ' ', to: after(PROOF_PREFIX) };
      for await (const page of table.range(whole)) rows.push(...page);
      return standingOf(rows.filter(({ since }) => since === createdAt));
    },
    prove: async (owner, proofs) => {
      for (const [part, proof] of Object.entries(proofs))
        await put(owner, PROOF_PREFIX + part, proofSchema.parse(proof));
    },
    begin: async (owner, stateHash, pending, now) => {
      const range = { partitionKey: owner.id, from: PENDING_PREFIX, to: after(PENDING_PREFIX) };
      for await (const page of table.range(range))
        for (const row of page)
          if (pendingSchema.parse(dataOf(row)).expiresAt <= now) await remove(owner.id, row.rowKey);
      await put(owner, PENDING_PREFIX + stateHash, pending);
    },
    take: async ({ id, createdAt }, stateHash) => {
      const row = await table.get(id, PENDING_PREFIX + stateHash);
      if (row?.since !== createdAt) return undefined;
      // Whoever removes it has it: of two that come at once, one.
      if (!(await remove(id, row.rowKey))) return undefined;
      return pendingSchema.parse(dataOf(row));
    },
    failed: async (owner, credentialId, failure) => {
      const row = await table.get(owner.id, FAILURE_PREFIX + credentialId);
      const known = row?.since === owner.createdAt ? failureSchema.parse(dataOf(row)) : undefined;
      const since = known?.since ?? failure.at;
      await put(owner, FAILURE_PREFIX + credentialId, { ...failure, since });
    },
    worked: async ({ id }, credentialId) => {
      await remove(id, FAILURE_PREFIX + credentialId);
    },
    tested: async (owner, test) => {
      await put(owner, TEST_ROW, testSchema.parse(test));
    },
    keepExpiries: async (owner, expiries) => {
      await put(owner, EXPIRIES_ROW, expiriesSchema.parse(expiries));
    },
    keepTold: async (owner, keys) => {
      await put(owner, TOLD_ROW, keys);
    },
    keepDomains: async (owner, domains) => {
      await put(owner, DOMAINS_ROW, domainsSchema.parse(domains));
    },
  };
}

function standingOf(rows: readonly StoredRow[]): Standing {
  const byKey = new Map(rows.map((row) => [row.rowKey, row]));
  const read = <T>(rowKey: string, schema: z.ZodType<T>): T | null => {
    const row = byKey.get(rowKey);
    return row ? schema.parse(dataOf(row)) : null;
  };
  const failures = rows.filter(({ rowKey }) => rowKey.startsWith(FAILURE_PREFIX));
  const proofs: Record<string, unknown> = {};
  for (const part of PARTS) {
    const row = byKey.get(PROOF_PREFIX + part);
    if (row) proofs[part] = proofSchema.parse(dataOf(row));
  }
  return {
    proofs,
    test: read(TEST_ROW, testSchema),
    domains: read(DOMAINS_ROW, domainsSchema),
    expiries: read(EXPIRIES_ROW, expiriesSchema),
    told: new Set(read(TOLD_ROW, toldSchema) ?? []),
    failures: new Map(
      failures.map((row) => [
        row.rowKey.slice(FAILURE_PREFIX.length),
        failureSchema.parse(dataOf(row)),
      ]),
    ),
  };
}

function dataOf({ data }: StoredRow): unknown {
  return JSON.parse(z.string().parse(data));
}
