import { readFileSync } from 'node:fs';

/** A page of docs/, by its sections. */
export interface Page {
  readonly text: string;
  /** What stands under a heading, up to the next one. */
  section(title: string): string;
  /**
   * The cells of the rows under a table's head, without what marks code. Names that share a row,
   * `a`, `b`, are a row each.
   */
  rows(title: string, head: string): readonly (readonly string[])[];
}

/** Reads a page. */
export function pageOf(path: string): Page {
  const text = readFileSync(path, 'utf8');
  const section = (title: string) => {
    const [, below] = text.split(`\n## ${title}\n`);
    if (below === undefined) throw new Error(`${path} has no section ${title}`);
    return below.split('\n## ')[0] ?? '';
  };
  return { text, section, rows: (title, head) => tableUnder(section(title), head) };
}

function tableUnder(text: string, head: string): readonly (readonly string[])[] {
  const tables = text.split('\n\n').map((part) => part.trim().split('\n'));
  const table = tables.find(([first]) => first?.startsWith(`| ${head} |`));
  if (!table) throw new Error(`there is no table with the head ${head}`);
  return table.slice(2).flatMap((line) => {
    const [names = '', ...cells] = line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim());
    const plain = cells.map((cell) => cell.replaceAll('`', ''));
    return names.split(', ').map((name) => [name.replaceAll('`', ''), ...plain]);
  });
}
