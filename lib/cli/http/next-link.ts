import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';

const LINK = /<([^<>]*)>([^<]*)/g;
const RELATION = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/**
 * The path of what comes next, as a header `Link` names it (RFC 8288 section 3); undefined at the end.
 * @param address of the answer that has the header
 * @throws CommandFailure where it is not of this admin API: the token is for one address
 */
export function nextPathOf(header: string | null, address: string): string | undefined {
  const target = nextTargetOf(header);
  if (target === undefined) return undefined;
  const url = URL.canParse(target, address) ? new URL(target, address) : undefined;
  if (url?.origin === new URL(address).origin && url.pathname.startsWith('/manage/'))
    return url.pathname + url.search;
  throw new CommandFailure(EXIT.refused, 'A part of the file names a next one that is elsewhere.');
}

function nextTargetOf(header: string | null): string | undefined {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(LINK)) {
    const [, quoted, bare] = RELATION.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return target;
  }
  return undefined;
}
