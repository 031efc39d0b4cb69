import type { Context, Given, Option } from './command.ts';
import { LIMIT, limitOf } from './given.ts';
import type { Wanted } from './http/read-pages.ts';
import { fileOf } from './list-file.ts';
import { saveList } from './save-list.ts';
import { type Shown, showList } from './show-list.ts';

/** How a list is given that the API hands out as a file too. */
export const HOW_GIVEN = {
  ...LIMIT,
  file: {
    value: 'FILE',
    help: 'all of it, to a file that ends in .csv or .jsonl',
  },
} as const satisfies Record<string, Option>;

/** A list, and the command line that asks for it. */
interface Asked extends Omit<Wanted, 'limit'> {
  readonly given: Given;
}

/**
 * Shows a list, or writes it to the file that was named.
 * @throws CommandFailure
 */
export async function giveList<Row>(
  context: Context,
  { given, ...wanted }: Asked,
  shown: Shown<Row>,
): Promise<void> {
  const file = fileOf(given);
  if (file) return saveList(context, wanted, file);
  await showList(context, { ...wanted, limit: limitOf(given) }, shown);
}
