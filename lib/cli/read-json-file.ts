import type { Context } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/**
 * The JSON that stands in a file; `-` = standard input. What is wrong with it does not quote it: it may
 * hold a secret.
 * @throws CommandFailure
 */
export async function readJsonFile(
  { readText }: Pick<Context, 'readText'>,
  path: string,
): Promise<unknown> {
  const text = await readText(path).catch(() => {
    throw new CommandFailure(EXIT.usage, `The file ${path} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure(EXIT.usage, `The file ${path} is no JSON.`);
  }
}
