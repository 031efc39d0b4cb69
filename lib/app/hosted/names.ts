import { isObject } from '../../scim/resource/located-value.ts';
import type { Resource } from '../../scim/schema/resource-schema.ts';
import { TANDEM_USER } from '../../scim/schema/tandem-user.ts';
import { foldName } from '../../sync/fold-name.ts';

/** A name that a resource goes by; undefined where it has none. */
export function nameOf(
  resource: Resource,
  attribute: 'userName' | 'displayName',
): string | undefined {
  const name = resource[attribute];
  return typeof name === 'string' ? name : undefined;
}

/** A user's aliases. */
export function aliasesOf(resource: Resource): readonly string[] {
  const extension = resource[TANDEM_USER.id];
  const aliases = isObject(extension) ? extension.aliases : undefined;
  // The sync writes one alias alone as a text.
  return (Array.isArray(aliases) ? aliases : [aliases]).filter((one) => typeof one === 'string');
}

/** The addresses of type `work`: RFC 7643 section 4.1.2 asks for one, and does not insist. */
export function workMailsOf(resource: Resource): readonly string[] {
  const mails = Array.isArray(resource.emails) ? resource.emails : [];
  return mails.flatMap((mail) => {
    if (!isObject(mail) || typeof mail.value !== 'string') return [];
    return typeof mail.type === 'string' && foldName(mail.type) === 'work' ? [mail.value] : [];
  });
}
