import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../errors.ts';
import type { MemberChange, StoredResource } from '../../ports/resources.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { memberChanges } from '../patch/member-changes.ts';
import { parsePatch } from '../patch/parse-patch.ts';
import { readResource } from '../resource/read-resource.ts';
import type { Resource } from '../schema/resource-schema.ts';
import { refusal } from './create.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { answerWith, selectionOf } from './read-one.ts';
import { existing, missing, type Target } from './target.ts';
import { checkVersion } from './version-tag.ts';

/** How often a change is made anew because somebody else was faster. */
const MOST_ATTEMPTS = 20;

/**
 * PUT (RFC 7644 section 3.5.1). What the client leaves out is cleared, but for two things that
 * would take away too much: `active`, and a group's `members`, stay unless they are named.
 */
export async function replaceOne(
  provider: Provider,
  exchange: Exchange,
  target: Target,
): Promise<Answer> {
  const body = await exchange.body();
  const schema = provider.schemas[target.kind];
  const ids = readResource(body, schema).members?.map(({ value }) => value);
  const stored = await changed(provider, exchange, {
    target,
    members: ids ? [{ op: 'replace', ids }] : [],
    resource: (before) => readResource(body, schema, before).resource,
  });
  const selection = selectionOf(provider, exchange, target.kind);
  return answerWith(provider, { status: 200, stored, selection });
}

/**
 * PATCH (RFC 7644 section 3.5.2), in Entra's dialects as well. A group is only sent back where the
 * client asks for attributes: it may have many members.
 */
export async function patchOne(
  provider: Provider,
  exchange: Exchange,
  target: Target,
): Promise<Answer> {
  const schema = provider.schemas[target.kind];
  const selection = selectionOf(provider, exchange, target.kind);
  const operations = parsePatch(await exchange.body(), schema);
  const stored = await changed(provider, exchange, {
    target,
    members: memberChanges(operations),
    resource: (before) => applyPatch(before, operations, schema),
  });
  if (target.kind === 'group' && !exchange.query.has('attributes'))
    return { status: 204, version: stored.version };
  return answerWith(provider, { status: 200, stored, selection });
}

interface Change {
  readonly target: Target;
  readonly resource: (before: Resource) => Resource;
  readonly members: readonly MemberChange[];
}

/** Makes a change on top of what is there, again where somebody else was faster. */
async function changed(
  provider: Provider,
  exchange: Exchange,
  change: Change,
): Promise<StoredResource> {
  const stored = await changedResource(provider, exchange, change);
  if (change.members.length === 0) return stored;
  const after = await provider.store.changeMembers(change.target.id, change.members, provider.by);
  if (!after) throw missing();
  return after;
}

async function changedResource(
  provider: Provider,
  { ifMatch }: Exchange,
  change: Change,
): Promise<StoredResource> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const before = await existing(provider, change.target);
    checkVersion(ifMatch, before.version);
    const resource = change.resource(before.resource);
    if (isDeepStrictEqual(resource, before.resource)) return before;
    const written = await provider.store.replace(before, resource, provider.by);
    if (written.ok) return written.stored;
    if (written.reason !== 'changed') throw refusal(written);
  }
  throw new AppError('unavailable', 'the resource keeps changing');
}
