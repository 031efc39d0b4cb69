import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What the app has given out, to be searched for what it must not hold. */
export interface Search {
  /** What its processes write. */
  readonly hear: (text: string) => void;
  /** What it answers to somebody. */
  readonly keep: (answer: string) => void;
  /** Forgets the last answer, which is there to tell a secret. */
  readonly forgetLast: () => void;
  /** All places that hold a text: `log`, `answer …`, or the name of a file. */
  readonly holdersOf: (text: string) => Promise<readonly string[]>;
  /** Whether the log holds a text. */
  readonly isLogged: (text: string) => boolean;
}

/** What the vault keeps, and who the tenant is, is not the app's to hide. */
const NOT_SEARCHED = /^(vault|installation)/;

/** @param folder where tables and the bus keep everything */
export function openSearch(folder: string): Search {
  let log = '';
  const answers: string[] = [];
  return {
    hear: (text) => {
      log += text;
    },
    keep: (answer) => answers.push(answer),
    forgetLast: () => answers.pop(),
    isLogged: (text) => log.includes(text),
    holdersOf: async (text) => [
      ...(log.includes(text) ? ['log'] : []),
      ...answers.filter((answer) => answer.includes(text)).map((answer) => `answer ${answer}`),
      ...(await filesWith(folder, text)),
    ],
  };
}

async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const searched = files.filter((file) => file.isFile() && !NOT_SEARCHED.test(basename(file.name)));
  const found = await Promise.all(
    searched.map(async ({ parentPath, name }) => {
      const bytes = await readFile(join(parentPath, name));
      return forms.some((form) => bytes.includes(form)) ? [join(parentPath, name)] : [];
    }),
  );
  return found.flat();
}
