import type { Attribute } from './attribute.ts';

/** The sub-attribute of this name, in any case (RFC 7643 section 2.1). */
export function subAttribute({ subAttributes }: Attribute, name: string): Attribute | undefined {
  // Most names are spelt as they should be, and pages of resources ask for very many.
  const exact = subAttributes?.find((sub) => sub.name === name);
  if (exact) return exact;
  const wanted = name.toLowerCase();
  return subAttributes?.find((sub) => sub.name.toLowerCase() === wanted);
}
