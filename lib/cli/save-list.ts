import type { Context } from './command.ts';
import { withQuery } from './http/paths.ts';
import type { Wanted } from './http/read-pages.ts';
import { readParts } from './http/read-parts.ts';
import { openJoin } from './join-parts.ts';
import type { ListFile } from './list-file.ts';
import { countOf } from './text/figures.ts';

/**
 * Writes a list as one file: what stood there before stays until all of the list is there.
 * @throws CommandFailure
 */
export async function saveList(
  { api, out, signal, replaceFile }: Context,
  { path, query = {} }: Pick<Wanted, 'path' | 'query'>,
  { path: file, format }: ListFile,
): Promise<void> {
  const join = openJoin(format);
  await replaceFile(file, async (write) => {
    await readParts(api, withQuery(path, query), {
      mediaType: format.mediaType,
      take: async (bytes) => {
        for await (const some of join.part(bytes)) await write(some);
        if (out.isLive) out.draw(countOf(join.rows(), 'row'));
      },
    });
    signal.throwIfAborted();
  });
  out.note(`${countOf(join.rows(), 'row')} written to ${file}.`);
}
