/**
 * Resolves `%NAME%` in a binding's text from the app settings, which are the environment, as the
 * Functions host does for schedules and queue names. A bare `%` stays.
 * @throws Error when a setting is missing or empty.
 */
export function resolveSettings(text: string): string {
  return text.replace(/%([^%\s]+)%/g, (reference, name: string) => {
    const value = process.env[name];
    if (!value) throw new Error(`The setting ${reference} does not resolve to a value.`);
    return value;
  });
}
