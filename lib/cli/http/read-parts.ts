import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import type { Api } from './api.ts';
import type { AskedFile } from './send.ts';

/**
 * Takes the files of a list one after another, to its end: each names the next.
 * @throws CommandFailure where one cannot be had, or names one as the next that was there before
 */
export async function readParts(
  api: Pick<Api, 'download'>,
  path: string,
  file: AskedFile,
): Promise<void> {
  const seen = new Set<string>();
  let at: string | undefined = path;
  while (at !== undefined) {
    seen.add(at);
    at = await api.download(at, file);
    if (at !== undefined && seen.has(at))
      throw new CommandFailure(
        EXIT.refused,
        'A part of the file names one as the next that was there before.',
      );
  }
}
