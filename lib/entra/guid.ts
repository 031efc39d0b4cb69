const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is an object id of Entra, and so fit to stand in a path. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}
