import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bicepFiles, bodyOf, membersOf } from './bicep.ts';

/** Azure's own roles (Azure docs: built-in roles). */
const ROLES: Readonly<Record<string, string>> = {
  '090c5cfd-751d-490a-894a-3ce6f1109419': 'Azure Service Bus Data Owner',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
};

/** What stands for a scope in Bicep, and in the table. */
const SCOPES: Readonly<Record<string, string>> = {
  'queue[index]': 'each queue',
  storage: 'the storage account',
  vault: 'the vault',
  insights: 'Application Insights',
};

const assignments = (await bicepFiles()).flatMap(({ root, text }) =>
  root
    .descendantsOfType('resource_declaration')
    .filter((node) => node?.namedChildren[1]?.text.includes('/roleAssignments@'))
    .map((node) => {
      const body = membersOf(node ? bodyOf(node) : undefined);
      const properties = membersOf(body.get('properties'));
      const variable = properties.get('roleDefinitionId')?.text.match(/(\w+)\)$/)?.[1] ?? '';
      const id = new RegExp(`\\b${variable}\\b\\s*[:=]\\s*'([0-9a-f-]{36})'`).exec(text)?.[1] ?? '';
      return {
        role: ROLES[id] ?? `unknown role ${id}`,
        scope: SCOPES[body.get('scope')?.text ?? ''] ?? `unknown scope ${body.get('scope')?.text}`,
        kind: properties.get('principalType')?.text,
        name: body.get('name')?.text ?? '',
      };
    }),
);

const table = /## What the identity may do\n\n(?<rows>(?:\|.*\n)+)/.exec(
  readFileSync('infra/README.md', 'utf8'),
)?.groups?.rows;
const rows = (table ?? '')
  .trim()
  .split('\n')
  .slice(2)
  .map((row) => row.split('|').map((cell) => cell.trim()))
  .map(([, role, scope, reason]) => ({ role, scope, reason }));

const pair = ({ role, scope }: { role?: string | undefined; scope?: string | undefined }) =>
  `${role} on ${scope}`;

describe('role assignments', () => {
  it('are those of the table in infra/README.md', () => {
    expect(assignments.map(pair).sort()).toEqual(rows.map(pair).sort());
  });

  it('each have a reason', () => {
    expect(rows.filter(({ reason = '' }) => reason.length < 20)).toEqual([]);
  });

  it('are for the identity, on one resource, and the same at every deployment', () => {
    for (const { kind, name } of assignments) {
      expect(kind).toBe("'ServicePrincipal'");
      expect(name).toMatch(/^guid\(.*\.id, principalId, /);
    }
  });
});
