import { z } from 'zod';
import { badRequest } from './graph-error.ts';

const bodySchema = z.object({ '@odata.id': z.string() });

/** The id at the end of `https://graph.microsoft.com/v1.0/directoryObjects/{id}`. */
function idOfUrl(url: string): string {
  const id = /\/(?:directoryObjects|users|groups|devices)\/([^/?]+)$/i.exec(url)?.[1];
  if (id === undefined) throw badRequest(`Invalid URL format specified in @odata.bind: '${url}'.`);
  return decodeURIComponent(id);
}

/** The object that the body of a `$ref` request names. Throws GraphError 400. */
export function referencedId(body: unknown): string {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success)
    throw badRequest("The property '@odata.id' is required in the request body.");
  return idOfUrl(parsed.data['@odata.id']);
}

/** The ids of a property such as `members@odata.bind`. Throws GraphError 400. */
export function boundIds(value: unknown): string[] {
  const parsed = z.array(z.string()).safeParse(value);
  if (!parsed.success) throw badRequest('A list of URLs is expected in @odata.bind.');
  return parsed.data.map(idOfUrl);
}
