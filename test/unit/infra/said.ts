import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the app says in its log: every message, with the names of its fields. */
export function saidByTheApp(): ReadonlyMap<string, ReadonlySet<string>> {
  const calls = sources().flatMap((text) =>
    text
      .split(/\blog\.(?:info|warn|error)\(/)
      .slice(1)
      .map(argumentsOf),
  );
  // openLog adds these to each.
  const always = ['message', 'level', 'at', 'causeId'];
  return new Map(
    calls.flatMap((call) =>
      [...call.matchAll(/'([a-zA-Z][^']{5,})'/g)].map(
        ([, message = '']): [string, ReadonlySet<string>] => [
          message,
          new Set([...always, ...(call.match(/\b[a-z][A-Za-z]*\b/g) ?? [])]),
        ],
      ),
    ),
  );
}

/** Every source of the app. */
export function sources(): readonly string[] {
  return ['lib', 'functions'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
}

/** What stands between the brackets of a call, given what follows the first. */
function argumentsOf(rest: string): string {
  let depth = 1;
  for (const { 0: mark, index } of rest.matchAll(/[()]/g)) {
    depth += mark === '(' ? 1 : -1;
    if (depth === 0) return rest.slice(0, index);
  }
  return rest;
}

/** The messages that a question (KQL) looks for: all literals of `has`, `has_any` and `Said ==`. */
export function askedFor(query: string): readonly string[] {
  const asks = query.matchAll(/(?:Message has|has_any|Said ==) (?:\(([^)]*)\)|'([^']*)')/g);
  const found = [...asks].flatMap(([, list, one]) =>
    one === undefined ? [...(list ?? '').matchAll(/'([^']*)'/g)].map(([, text = '']) => text) : one,
  );
  // Ids that whoever asks puts in.
  return [...new Set(found.filter((text) => !text.includes('<')))];
}

/** The fields of log lines that a question reads. */
export function fieldsOf(query: string): readonly string[] {
  return [...new Set([...query.matchAll(/\bLine\.(\w+)/g)].map(([, field = '']) => field))];
}
