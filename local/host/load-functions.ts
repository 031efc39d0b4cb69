import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Imports every module of a folder, in the order of their names, so that they register. */
export async function loadFunctions(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /\.(?:ts|js)$/.test(name)).sort();
  for (const name of names) await import(pathToFileURL(join(folder, name)).href);
}
