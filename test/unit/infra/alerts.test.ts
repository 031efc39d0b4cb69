import { describe, expect, it } from 'vitest';
import { pageOf } from '../docs/page.ts';
import { bicepFiles, declared, membersOf, unquoted } from './bicep.ts';
import { askedFor, fieldsOf, saidByTheApp, sources } from './said.ts';

const alerts = (await bicepFiles()).find(({ name }) => name === 'modules/alerts.bicep');
if (!alerts) throw new Error('there are no alerts');
const variables = declared(alerts.root, 'variable_declaration');
const rules = (variables.get('rules')?.namedChildren[1]?.namedChildren ?? []).map((rule) => {
  const members = membersOf(rule);
  const textOf = (name: string) => unquoted(members.get(name)?.text ?? '');
  const query = variables.get(textOf('query'))?.namedChildren[1]?.text ?? '';
  return { name: textOf('name'), query };
});
const said = saidByTheApp();
const page = pageOf('docs/operations.md');
const told = page.section('Metrics and alerts');

describe('alerts of Azure Monitor', () => {
  it('are the six that ask the log, and the dead letters that the bus counts', () => {
    expect(rules.map(({ name }) => name)).toEqual([
      'poll-old',
      'app-silent',
      'removals-held',
      'failures-growing',
      'subscriptions-failing',
      'message-rejected',
    ]);
    expect(page.rows('Metrics and alerts', 'alert').map(([name]) => name)).toEqual([
      ...rules.map(({ name }) => name),
      'dead-letters',
    ]);
    expect(alerts.text).toContain("metricNamespace: 'Microsoft.ServiceBus/namespaces'");
    expect(alerts.text).toContain("metricName: 'DeadletteredMessages'");
    expect(alerts.text).toContain("values: ['polls', 'changes']");
  });

  it.each(rules)('$name asks the log alone, for what the app says', ({ query }) => {
    const messages = askedFor(query);
    const lines = messages.map((message) => said.get(message));
    expect(query.match(/\bApp[A-Z]\w+/g)).toEqual(['AppTraces']);
    expect(messages).not.toEqual([]);
    expect(messages.filter((message) => !said.has(message))).toEqual([]);
    expect(fieldsOf(query).filter((field) => !lines.some((line) => line?.has(field)))).toEqual([]);
    expect(query).toContain('Connection');
    expect(query).toContain('Value');
  });

  it.each(rules)('$name is told in the docs with what it asks for', ({ name, query }) => {
    const row = told.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
    const named = [...row.matchAll(/`([a-z]+[ ;][a-z; ]+)`/g)].map(([, text = '']) => text);
    expect(named).not.toEqual([]);
    expect(named.filter((text) => !askedFor(query).includes(text))).toEqual([]);
  });
});

describe('the questions of docs/operations.md', () => {
  const [, kusto = ''] = /```kusto\n([\s\S]*?)```/.exec(page.text) ?? [];
  const questions = kusto.trim().split('\n\n');
  const code = sources().join('\n');

  it.each(questions)('%s', (question) => {
    const messages = askedFor(question);
    const lines = messages.map((message) => said.get(message));
    expect(messages.filter((message) => !said.has(message))).toEqual([]);
    expect(fieldsOf(question).filter((field) => !lines.some((line) => line?.has(field)))).toEqual(
      [],
    );
    for (const [, metric = ''] of question.matchAll(/Name == '([^']+)'/g)) {
      expect(page.text).toContain(`\`${metric}\``);
      expect(code).toContain(`'${metric}'`.replace(/'tandem\.(?!delay)/, "'"));
    }
    const labels = [...question.matchAll(/Properties\.(\w+)/g)].map(([, label = '']) => label);
    expect(labels.filter((label) => !/^(connection|operation|kind|reason)$/.test(label))).toEqual(
      [],
    );
    expect(question).toMatch(/^\/\/ .*\?/);
  });

  it('ask the log first', () => {
    expect(questions.length).toBeGreaterThan(4);
    expect(kusto).toMatch(/\bAppTraces\b/);
    expect(kusto).not.toMatch(/\bApp(Requests|Dependencies)\b/);
  });
});
