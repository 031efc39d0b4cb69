import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

const FOLDER = 'infra';

/** One file of the deployment, parsed. */
export interface BicepFile {
  /** Below infra/. */
  readonly name: string;
  readonly text: string;
  readonly root: Node;
}

/** Every Bicep file. */
export async function bicepFiles(): Promise<readonly BicepFile[]> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const parse = await bicepParser();
  return names
    .filter((name) => name.endsWith('.bicep'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      return { name, text, root: parse(text) };
    });
}

/** Opens the grammar. */
export async function bicepParser(): Promise<(text: string) => Node> {
  await Parser.init();
  const wasm = fileURLToPath(import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'));
  const parser = new Parser().setLanguage(await Language.load(wasm));
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) throw new TypeError('the parser gave up');
    return tree.rootNode;
  };
}

/** Where a text is no Bicep, as line and what stands there. */
export function syntaxErrors(root: Node): readonly string[] {
  const own = root.isError || root.isMissing;
  const here = own ? [`${root.startPosition.row + 1}: ${root.text.slice(0, 40)}`] : [];
  return [...here, ...root.children.flatMap(syntaxErrors)];
}

/** The declarations of a kind at the top of a file, by name. */
export function declared(root: Node, type: string): ReadonlyMap<string, Node> {
  const found = root.descendantsOfType(type);
  return new Map(found.map((node) => [node.namedChildren[0]?.text ?? '', node]));
}

/** The first object in a declaration: that of a resource or of a module. */
export function bodyOf(declaration: Node): Node | undefined {
  return declaration.descendantsOfType('object')[0];
}

/** The members of an object and their values. */
export function membersOf(object: Node | undefined): ReadonlyMap<string, Node> {
  const members = (object?.namedChildren ?? []).filter((node) => node.type === 'object_property');
  return new Map(
    members.flatMap((member): [string, Node][] => {
      const [name, value] = member.namedChildren;
      return name && value ? [[unquoted(name.text), value]] : [];
    }),
  );
}

/** A literal without its quotes. */
export function unquoted(text: string): string {
  return text.replace(/^'|'$/g, '');
}

/** The strings of a literal list that a variable holds. */
export function listOf(file: BicepFile, variable: string): readonly string[] {
  const list = declared(file.root, 'variable_declaration').get(variable)?.namedChildren[1];
  return (list?.namedChildren ?? []).map((item) => unquoted(item.text));
}
