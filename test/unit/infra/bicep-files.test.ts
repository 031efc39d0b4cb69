import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Node } from 'web-tree-sitter';
import {
  type BicepFile,
  bicepFiles,
  bicepParser,
  bodyOf,
  declared,
  membersOf,
  syntaxErrors,
  unquoted,
} from './bicep.ts';

const files = await bicepFiles();
const fileOf = (name: string): BicepFile => {
  const file = files.find((one) => one.name === name);
  if (!file) throw new Error(`there is no infra/${name}`);
  return file;
};

/** A parameter without a value of its own has a name and a type only. */
const isRequired = (parameter: Node): boolean =>
  parameter.namedChildren.filter(({ type }) => type !== 'decorators').length < 3;

interface ModuleCall {
  readonly from: BicepFile;
  readonly name: string;
  readonly node: Node;
  readonly to: BicepFile;
}

const calls = files.flatMap((from) =>
  [...declared(from.root, 'module_declaration')].map(([name, node]): ModuleCall => {
    const path = unquoted(node.namedChildren[1]?.text ?? '');
    return { from, name, node, to: fileOf(join(dirname(from.name), path)) };
  }),
);

describe('the Bicep files', () => {
  it.each(files)('$name is Bicep', ({ root }) => {
    expect(syntaxErrors(root)).toEqual([]);
  });

  it('the parameters fit main.bicep', async () => {
    const text = readFileSync('infra/main.bicepparam', 'utf8');
    const [using, ...rest] = text.trim().split('\n');
    expect(using).toBe("using './main.bicep'");
    // The grammar knows no parameter files; their values are expressions like those of variables.
    const parse = await bicepParser();
    const root = parse(rest.join('\n').replaceAll(/^param /gm, 'var '));
    expect(syntaxErrors(root)).toEqual([]);
    const known = declared(fileOf('main.bicep').root, 'parameter_declaration');
    const given = [...declared(root, 'variable_declaration').keys()];
    const required = [...known].filter(([, node]) => isRequired(node)).map(([name]) => name);
    expect(given.filter((name) => !known.has(name))).toEqual([]);
    expect(required.filter((name) => !given.includes(name))).toEqual([]);
  });

  it.each(calls)('$from.name gives the module $name what it takes', ({ node, to }) => {
    const params = membersOf(membersOf(bodyOf(node)).get('params'));
    const known = declared(to.root, 'parameter_declaration');
    const missing = [...known].filter(([name, one]) => isRequired(one) && !params.has(name));
    expect([...params.keys()].filter((name) => !known.has(name))).toEqual([]);
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('asks modules for outputs that they have', () => {
    const wrong = calls.flatMap(({ from, name, to }) => {
      const outputs = declared(to.root, 'output_declaration');
      const asked = [...from.text.matchAll(new RegExp(`\\b${name}\\.\\??outputs\\.(\\w+)`, 'g'))];
      return asked.map(([, output = '']) => output).filter((output) => !outputs.has(output));
    });
    expect(calls.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  it('uses every parameter and variable', () => {
    const unused = files.flatMap(({ name, root, text }) =>
      ['parameter_declaration', 'variable_declaration']
        .flatMap((type) => [...declared(root, type).keys()])
        .filter((one) => (text.match(new RegExp(`\\b${one}\\b`, 'g')) ?? []).length < 2)
        .map((one) => `${name}: ${one}`),
    );
    expect(unused).toEqual([]);
  });

  it('names no key and no connection string', () => {
    const keys = /listKeys|listConnectionStrings|AccountKey|SharedAccessKey|primaryKey|@secure/i;
    expect(files.filter(({ text }) => keys.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['modules/storage.bicep', 'allowSharedKeyAccess', 'false'],
    ['modules/storage.bicep', 'allowBlobPublicAccess', 'false'],
    ['modules/storage.bicep', 'supportsHttpsTrafficOnly', 'true'],
    ['modules/service-bus.bicep', 'disableLocalAuth', 'true'],
    ['modules/key-vault.bicep', 'enableRbacAuthorization', 'true'],
    ['modules/key-vault.bicep', 'enablePurgeProtection', 'true'],
    ['modules/monitoring.bicep', 'DisableLocalAuth', 'true'],
    ['modules/function-app.bicep', 'httpsOnly', 'true'],
    ['modules/function-app.bicep', 'allow', 'false'],
  ])('%s says %s: %s, and nothing else of it', (name, property, value) => {
    const members = fileOf(name)
      .root.descendantsOfType('object_property')
      .filter((member) => member?.namedChildren[0]?.text === property);
    expect(members.map((member) => member?.namedChildren[1]?.text)).toEqual([value]);
  });

  it('lets nobody read the containers', () => {
    const access = files.flatMap(({ text }) => text.match(/publicAccess: .*/g) ?? []);
    expect(access).toEqual(["publicAccess: 'None' }"]);
  });
});
