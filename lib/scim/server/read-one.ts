import type { StoredResource } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { readSelection, type Selection } from '../resource/selection.ts';
import { locationOf } from './documents.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { renderWhole, wantsRelated } from './render.ts';
import { existing, type Target } from './target.ts';
import { namesVersion } from './version-tag.ts';

/** GET of one resource (RFC 7644 section 3.4.1). */
export async function readOne(
  provider: Provider,
  exchange: Exchange,
  target: Target,
): Promise<Answer> {
  const selection = selectionOf(provider, exchange, target.kind);
  const stored = await existing(provider, target);
  const { version } = stored;
  const { ifNoneMatch } = exchange;
  // A version tells nothing of memberships, which come and go in rows of their own.
  const isTelling = !wantsRelated(provider, target.kind, selection);
  if (isTelling && ifNoneMatch !== undefined && namesVersion(ifNoneMatch, version))
    return { status: 304, version };
  return answerWith(provider, { status: 200, stored, selection });
}

/** What `attributes` and `excludedAttributes` ask for. @throws ScimError `invalidValue` */
export function selectionOf(provider: Provider, { query }: Exchange, kind: Kind): Selection {
  const asked = {
    attributes: query.get('attributes') ?? undefined,
    excludedAttributes: query.get('excludedAttributes') ?? undefined,
  };
  return readSelection(asked, provider.schemas[kind]);
}

/** An answer that carries a resource. */
export async function answerWith(
  provider: Provider,
  what: {
    readonly status: number;
    readonly stored: StoredResource;
    readonly selection: Selection;
  },
): Promise<Answer> {
  const { status, stored, selection } = what;
  const body = await renderWhole(provider, stored, selection);
  return { status, body, location: locationOf(provider, stored), version: stored.version };
}
