import { z } from 'zod';
import type { EntraOutcome, EntraRefusal } from '../ports/entra-writes.ts';
import { type GraphAnswer, inWords } from './graph-error.ts';

/** A write that was not done. */
export type Refused = Extract<EntraOutcome, { ok: false }>;

/** Property names only: what else may stand there could be somebody's data. */
const TARGET = z.string().regex(/^[\w/]{1,100}$/);

const refusalSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().catch(''),
    details: z
      .array(z.object({ code: z.string().catch(''), target: TARGET.optional().catch(undefined) }))
      .max(50)
      .catch([]),
  }),
});
type GraphRefusal = z.infer<typeof refusalSchema>['error'];

const WITHOUT_CODE: GraphRefusal = { code: '', message: '', details: [] };

/** Codes that say all of it (Graph docs: error responses; the rest is seen). */
const BY_CODE: ReadonlyMap<string, EntraRefusal> = new Map([
  ['request_multipleobjectswithsamekeyvalue', 'taken'],
  ['directory_quotaexceeded', 'quota'],
  ['authorization_requestdenied', 'denied'],
]);

/**
 * What Graph's refusal of a write means, by code wherever one tells. A 404 without a code of its
 * own comes from something on the way, and says nothing of the object.
 * @param answer any but 2xx
 */
export function refusedBy(answer: GraphAnswer): Refused {
  const said = refusalIn(answer);
  const conflict = said.details.find(({ code }) => code === 'ObjectConflict');
  const reason = conflict ? 'taken' : reasonOf(answer, said);
  const target = (conflict ?? said.details[0])?.target;
  return { ok: false, reason, detail: inWords(answer), ...(target !== undefined && { target }) };
}

/** Whether a member that was to be added is one, which only the message tells. */
export function isMemberAlready(answer: GraphAnswer): boolean {
  return answer.status === 400 && /references already exist/i.test(refusalIn(answer).message);
}

/**
 * Whether what was to be taken away is not there: with 404 or, as it has been seen, with a 400 of
 * which only the message tells.
 */
export function isNotThere(answer: GraphAnswer): boolean {
  const { message } = refusalIn(answer);
  return isUnknown(answer) || (answer.status === 400 && /removed object references/i.test(message));
}

/** Whether Graph itself says that it knows no such object. */
export function isUnknown(answer: GraphAnswer): boolean {
  return answer.status === 404 && /notfound$/i.test(refusalIn(answer).code);
}

function refusalIn({ body }: GraphAnswer): GraphRefusal {
  const parsed = refusalSchema.safeParse(body);
  return parsed.success ? parsed.data.error : WITHOUT_CODE;
}

function reasonOf(answer: GraphAnswer, { code, message }: GraphRefusal): EntraRefusal {
  const { status } = answer;
  const known = BY_CODE.get(code.toLowerCase());
  if (known) return known;
  if (isUnknown(answer) || isTooNew(status, message)) return 'missing';
  if (status === 401 || status === 404) return 'later';
  return status === 403 ? 'denied' : 'refused';
}

/**
 * A new object that a replica does not know yet has the code of every bad request (Graph docs:
 * update group).
 */
function isTooNew(status: number, message: string): boolean {
  return status === 400 && /objects being referenced don't exist/i.test(message);
}
