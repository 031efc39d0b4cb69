import type { Contract } from '../contract.ts';
import type { Components } from './components.ts';

/** What the parts of paths in braces are. */
const OF_PATHS: Readonly<Record<string, string>> = {
  alertId: 'The id of an alert, from the inbox',
  connectionId: 'The id of a connection',
  credentialId: 'The id of a credential of the SCIM service',
  messageId: 'The id of a message, from the list',
  objectId: 'The Entra object id of a user or group',
  planId: 'The id of a plan',
  runId: 'The id of a run',
  secretId: 'The id of a secret of a client',
};

/** The parameters of a route: of its path, its query, and the header that it needs. */
export function parametersOf(path: string, contract: Contract, components: Components): object[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const ofPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    description: OF_PATHS[name] ?? name,
    schema: { type: 'string' },
  }));
  const ofQuery = Object.entries(contract.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: components.given(schema),
  }));
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The entity tag that the last answer had, or *',
    schema: { type: 'string' },
  };
  return [...ofPath, ...ofQuery, ...(contract.ifMatch ? [ifMatch] : [])];
}
