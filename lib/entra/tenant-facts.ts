import { z } from 'zod';
import type { TenantDomain, TenantFacts } from '../ports/entra.ts';
import type { Kind } from '../sync/entry.ts';
import { type Graph, type GraphOptions, openGraph } from './client.ts';
import { rolesIn } from './granted-roles.ts';
import { graphUrl } from './graph-base.ts';
import { answerError } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';
import { tokenFailure } from './token-failure.ts';

const SOME = z.object({ value: z.array(z.object({ id: z.string() })) });

const ORGANIZATION = z.object({
  value: z.array(
    z.object({
      verifiedDomains: z.array(
        z.object({
          name: z.string().max(253),
          isDefault: z.boolean().default(false),
          isInitial: z.boolean().default(false),
        }),
      ),
    }),
  ),
});

const REGISTRATIONS = z.object({
  value: z.array(
    z.object({
      passwordCredentials: z.array(
        z.object({
          hint: z.string().nullish(),
          endDateTime: z.iso.datetime({ offset: true }).nullish(),
        }),
      ),
    }),
  ),
});

/** Looks at what a tenant lets a credential see. */
export function openTenantFacts(options: GraphOptions): TenantFacts {
  const graph = openGraph(options);
  const { scope } = graph.base;
  return {
    permissions: async () => {
      try {
        const token = await options.credential.getToken(scope);
        return [...(rolesIn(token?.token ?? '') ?? [])];
      } catch (error) {
        throw tokenFailure(error);
      }
    },
    readOne: async (kind) => {
      await read(graph, SOME, PATHS[kind], { $top: '1', $select: 'id' });
    },
    subscriptions: async () => {
      await read(graph, SOME, '/subscriptions');
    },
    domains: async () => {
      const query = { $select: 'verifiedDomains' };
      const { value } = await read(graph, ORGANIZATION, '/organization', query);
      return value.flatMap(({ verifiedDomains }) => verifiedDomains).map(toDomain);
    },
    secrets: async (clientId) => {
      const query = { $filter: `appId eq '${clientId}'`, $select: 'appId,passwordCredentials' };
      const { value } = await read(graph, REGISTRATIONS, '/applications', query);
      return value
        .flatMap(({ passwordCredentials }) => passwordCredentials)
        .map(({ hint, endDateTime }) => ({
          hint: hint ?? null,
          expiresAt: endDateTime ? new Date(endDateTime).toISOString() : null,
        }));
    },
  };
}

const PATHS: Readonly<Record<Kind, string>> = { user: '/users', group: '/groups' };

function toDomain({ name, isDefault, isInitial }: TenantDomain): TenantDomain {
  return { name: name.toLowerCase(), isDefault, isInitial };
}

/** One page is enough: none of them tells of people. */
async function read<T>(
  graph: Graph,
  schema: z.ZodType<T>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const answer = await graph.send({ url: graphUrl(graph.base, path, query) });
  if (answer.status !== 200) throw answerError('bad-answer', answer);
  return parseAnswer(schema, answer.body);
}
