import type { Json } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';
import { isEmpty } from './is-empty.ts';

/** A member as a client names it: by the id that this service gave to it. */
export interface MemberValue {
  readonly value: string;
}

const LONGEST_ID = 1_000;

/**
 * The members that a client gives, in their order and with their repetitions: `{"value": id}` with
 * whatever else beside it (Entra sends `"$ref": null`), or ids alone; one, or a list.
 * @throws ScimError 400 `invalidValue`
 */
export function readMembers(value: Json): readonly MemberValue[] {
  const given = Array.isArray(value) ? value : [value];
  return given.filter((one) => !isEmpty(one)).map((one) => ({ value: idOf(one) }));
}

function idOf(member: Json): string {
  if (typeof member === 'string' && member.length <= LONGEST_ID) return member;
  const isObject = typeof member === 'object' && member !== null && !Array.isArray(member);
  const entries = isObject ? Object.entries(member) : [];
  const [, id] = entries.find(([name]) => name.toLowerCase() === 'value') ?? [];
  if (typeof id === 'string' && id !== '' && id.length <= LONGEST_ID) return id;
  throw new ScimError(400, 'invalidValue', 'members.value takes the id of a resource');
}
