import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const description = z.object({ main: z.string().optional() });

/**
 * Loads an app so that it registers its functions: the file that `main` of its package.json names,
 * as the Node worker does, or else every module of a folder in the order of their names.
 * @returns what the main file exports; undefined where there is none
 */
export async function loadApp(root: string, functionsDir?: string): Promise<unknown> {
  const main = functionsDir === undefined ? await mainOf(root) : undefined;
  if (main !== undefined) return importFile(main);
  const folder = functionsDir ?? join(root, 'functions');
  const names = (await readdir(folder)).filter((name) => /\.(?:ts|js)$/.test(name)).sort();
  for (const name of names) await importFile(join(folder, name));
  return undefined;
}

async function mainOf(root: string): Promise<string | undefined> {
  const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => '{}');
  const { main } = description.parse(JSON.parse(text));
  return main === undefined ? undefined : join(root, main);
}

function importFile(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href);
}
