import { z } from 'zod';
import { ScimError } from '../scim-error.ts';
import type { Exchange } from './exchange.ts';

const names = z.union([z.string(), z.array(z.string()).transform((all) => all.join(','))]);
const number = z.union([z.number(), z.string()]).transform(String);

/** A query as a message (RFC 7644 section 3.4.3; `cursor` by RFC 9865 section 2.5). */
const schema = z.object({
  filter: z.string().optional(),
  attributes: names.optional(),
  excludedAttributes: names.optional(),
  startIndex: number.optional(),
  count: number.optional(),
  cursor: z.string().optional(),
});

/** The query of a search as if it stood in the address. @throws ScimError `invalidSyntax` */
export async function searchOf(exchange: Exchange): Promise<Exchange> {
  const parsed = schema.safeParse(await exchange.body());
  if (!parsed.success)
    throw new ScimError(400, 'invalidSyntax', 'the body is not a search request');
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed.data))
    if (value !== undefined) query.set(name, value);
  return { ...exchange, query };
}
