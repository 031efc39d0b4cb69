import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTING_NAMES } from '../../../lib/config.ts';
import { bicepFiles, bodyOf, declared, listOf, membersOf, unquoted } from './bicep.ts';

const files = await bicepFiles();
const fileOf = (name: string) => {
  const file = files.find((one) => one.name === `modules/${name}.bicep`);
  if (!file) throw new Error(`there is no module ${name}`);
  return file;
};
const textOf = (path: string) => readFileSync(path, 'utf8');

/** What lib/config.ts reads. */
const known = SETTING_NAMES;

/** What the deployment sets. */
const settings = declared(fileOf('settings').root, 'resource_declaration').get('settings');
const deployed = settings
  ? [...membersOf(membersOf(bodyOf(settings)).get('properties')).keys()]
  : [];

const example: unknown = JSON.parse(textOf('local.settings.example.json'));
const exampleNames =
  typeof example === 'object' && example !== null && 'Values' in example
    ? Object.keys(example.Values ?? {})
    : [];
const docs = textOf('docs/operations.md');

/** Connection strings are for a machine of one's own. */
const ON_A_LAPTOP = ['SERVICEBUS', 'TABLES'];

/** What the Functions host reads itself. */
const OF_THE_HOST =
  /^(AzureWebJobsStorage__|SERVICEBUS__(credential|clientId)$|APPLICATIONINSIGHTS_|languageWorkers__)/;

describe('settings', () => {
  it('are those of lib/config.ts, and some of the Functions host, in the deployment', () => {
    expect(known).toContain('KEY_VAULT_URI');
    expect(deployed.filter((name) => !OF_THE_HOST.test(name)).sort()).toEqual(
      known.filter((name) => !ON_A_LAPTOP.includes(name)).sort(),
    );
  });

  it('are those of lib/config.ts, and the worker, in local.settings.example.json', () => {
    expect([...exampleNames].sort()).toEqual([...known, 'FUNCTIONS_WORKER_RUNTIME'].sort());
  });

  it.each([...new Set([...known, ...deployed])])('%s is explained', (name) => {
    expect(docs).toContain(`\`${name}\``);
  });

  it('give every service to the identity', () => {
    const credentials = fileOf('settings').text.match(/__credential: .*/g) ?? [];
    expect(new Set(credentials)).toEqual(new Set(["__credential: 'managedidentity'"]));
    expect(credentials).toHaveLength(2);
  });
});

describe('queues', () => {
  const bus = fileOf('service-bus');
  const broker = textOf('local/broker.ts');
  const queues = listOf(bus, 'queues');

  it('are those that functions wait at, here and on Azure', () => {
    const functions = ['poll', 'apply'].map(
      (name) => /queueName: '(\w+)'/.exec(textOf(`functions/${name}.ts`))?.[1],
    );
    expect([...queues]).toEqual(functions);
    const local = /QUEUES = \[([^\]]*)\]/.exec(broker)?.[1];
    expect(local?.split(',').map((name) => unquoted(name.trim()))).toEqual([...queues]);
  });

  it('have sessions, a lock of a minute, and a thousand deliveries, here and on Azure', () => {
    expect(bus.text).toContain('requiresSession: true');
    expect(broker).toContain('requiresSession: true');
    expect(bus.text).toContain("lockDuration: 'PT1M'");
    expect(broker).toContain('lockDurationSeconds: 60');
    expect(bus.text).toContain('maxDeliveryCount: 1000');
    expect(broker).toContain('maxDeliveryCount: 1000');
  });
});

it('tables are those that the app makes', () => {
  const made = /const TABLES = \{([^}]*)\}/.exec(textOf('lib/services.ts'))?.[1] ?? '';
  const names = [...made.matchAll(/(\w+):/g)].map(([, name]) => name);
  expect(listOf(fileOf('storage'), 'tables')).toEqual(names);
});
