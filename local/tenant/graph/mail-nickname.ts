import type { Json } from '../directory/directory-object.ts';
import { badRequest } from './graph-error.ts';

const PRINTABLE = /^[\x21-\x7e]+$/;
const FORBIDDEN = /[@()\\[\]";:<>,]/;

/** ASCII without blanks and without some signs (Graph docs: create group). Throws GraphError 400. */
export function checkMailNickname(name: Json | undefined, resource: 'User' | 'Group'): void {
  if (typeof name !== 'string' || (PRINTABLE.test(name) && !FORBIDDEN.test(name))) return;
  throw badRequest(
    `Invalid value specified for property 'mailNickname' of resource '${resource}'.`,
  );
}
