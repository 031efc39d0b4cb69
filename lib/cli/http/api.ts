import type { Outside } from '../outside.ts';
import type { Bearer } from '../sign-in.ts';
import { nextPathOf } from './next-link.ts';
import { failureOf, isForLater } from './problem.ts';
import { pauseOf } from './retry-pause.ts';
import { type Answered, type Asked, type AskedFile, type Method, send } from './send.ts';

/** The admin API. Every method throws CommandFailure, where the answer is an error or none comes. */
export interface Api {
  /** @returns the JSON of the answer; undefined where it is empty */
  readonly ask: (method: Method, path: string, body?: unknown) => Promise<unknown>;
  readonly get: (path: string) => Promise<unknown>;
  /** Puts something in the place of what stands `as` a path now: nobody else's change is lost. */
  readonly replace: (
    path: string,
    how: { readonly body: unknown; readonly as: string },
  ) => Promise<unknown>;
  /** Undefined where there is no such thing. */
  readonly find: (path: string) => Promise<unknown>;
  /** Takes a list as a file. @returns the path of its next part; undefined at the end */
  readonly download: (path: string, file: AskedFile) => Promise<string | undefined>;
}

const MOST_TRIES = 5;

/** Opens the admin API at an origin. Reads are tried again where the answer is "later". */
export function openApi(
  outside: Pick<Outside, 'fetch' | 'sleep' | 'signal'>,
  origin: string,
  bearer: Bearer,
): Api {
  const sent = async (asked: Asked): Promise<Answered> => {
    for (let tries = 1; ; tries += 1) {
      const answered = await send(outside, { origin, token: await bearer() }, asked);
      const isAgain = asked.method === 'GET' && isForLater(answered.status) && tries < MOST_TRIES;
      if (!isAgain) return answered;
      await outside.sleep(pauseOf(answered.retryAfter, tries), outside.signal);
    }
  };
  const ask = async (method: Method, path: string, body?: unknown): Promise<unknown> => {
    const { status, body: answer } = await sent({ method, path, body });
    if (status >= 200 && status < 300) return answer;
    throw failureOf({ status, body: answer, path });
  };
  return {
    ask,
    get: (path) => ask('GET', path),
    replace: async (path, { body, as }) => {
      const known = await sent({ method: 'GET', path: as });
      if (known.status !== 200) throw failureOf({ ...known, path: as });
      const { status, body: answer } = await sent({
        method: 'PUT',
        path,
        body,
        ifMatch: known.etag,
      });
      if (status >= 200 && status < 300) return answer;
      throw failureOf({ status, body: answer, path });
    },
    find: async (path) => {
      const { status, body } = await sent({ method: 'GET', path });
      if (status === 404) return undefined;
      if (status === 200) return body;
      throw failureOf({ status, body, path });
    },
    download: async (path, file) => {
      const { status, body, link } = await sent({ method: 'GET', path, file });
      if (status >= 200 && status < 300) return nextPathOf(link, origin + path);
      throw failureOf({ status, body, path });
    },
  };
}
