const COMPONENT = /(?:\\[\s\S]|[^\\,])+/g;
const TYPE_AND_VALUE = /^\s*[\w.-]+\s*=\s*([\s\S]*)$/;
const ESCAPES = /((?:\\[0-9A-Fa-f]{2})+)|\\([\s\S])/g;

/**
 * The values of a distinguished name, from the left, without their escapes (RFC 4514 section 2.4):
 * Joe, Sales of "cn=Joe,ou=Sales".
 *
 * @returns undefined where the text is none
 */
export function valuesOfName(name: string): readonly string[] | undefined {
  const components = name.match(COMPONENT) ?? [];
  if (components.join(',') !== name) return undefined;
  const values = components.flatMap((component) => TYPE_AND_VALUE.exec(component)?.[1] ?? []);
  if (values.length === 0 || values.length < components.length) return undefined;
  return values.map((value) => value.replace(ESCAPES, unescaped));
}

/** Hexadecimal pairs are bytes of UTF-8. */
function unescaped(_: string, bytes: string | undefined, char: string | undefined): string {
  return char ?? Buffer.from((bytes ?? '').replaceAll('\\', ''), 'hex').toString('utf8');
}
