import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** Adds to a file. */
export type Write = (bytes: Uint8Array) => Promise<void>;

/** Puts what `fill` writes in the place of a file, once all of it is there: or else nothing changes. */
export type ReplaceFile = (path: string, fill: (write: Write) => Promise<void>) => Promise<void>;

/** What an administrator may read is nobody else's. */
const OWN_MODE = 0o600;

/**
 * It is written beside the file, on the same volume, where renaming is one step.
 * @throws CommandFailure where it cannot be written; what `fill` throws
 */
export const replaceFile: ReplaceFile = async (path, fill) => {
  const temporary = join(dirname(path), `.tandem-${randomUUID()}.part`);
  const file = await open(temporary, 'wx', OWN_MODE).catch(unwritable(path, EXIT.usage));
  // A second Ctrl-C ends the process at once.
  const remove = () => rmSync(temporary, { force: true });
  process.once('exit', remove);
  try {
    await filled(file, path, fill);
    await rename(temporary, path).catch(unwritable(path, EXIT.refused));
  } catch (error) {
    remove();
    throw error;
  } finally {
    process.off('exit', remove);
  }
};

async function filled(
  file: FileHandle,
  path: string,
  fill: Parameters<ReplaceFile>[1],
): Promise<void> {
  const refused = unwritable(path, EXIT.refused);
  try {
    await fill((bytes) => file.appendFile(bytes).catch(refused));
    await file.sync().catch(refused);
  } finally {
    await file.close();
  }
}

function unwritable(path: string, exitCode: ExitCode): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new CommandFailure(exitCode, `The file ${path} cannot be written${code}.`);
  };
}
