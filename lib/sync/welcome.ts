import { z } from 'zod';
import { webhookSchema } from './alert-settings.ts';
import { type Entry, valuesOf } from './entry.ts';

/** What a template may hold, between double braces. */
const PLACEHOLDERS = [
  'displayName',
  'givenName',
  'familyName',
  'userName',
  'pin',
  'expires',
] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

const template = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => pieces(text).every((piece) => piece.name === null || isKnown(piece.name)), {
      error: `between double braces stands one of ${PLACEHOLDERS.join(', ')}`,
    });

/** What new users are told, and how the application hears of their PINs. */
export const welcomeSettingsSchema = z.object({
  subject: template(200),
  text: template(10_000),
  /** Digits of the PIN. */
  digits: z.number().int().min(6).max(12),
  /** For so many days a PIN is kept for the application, at most. */
  days: z.number().int().min(1).max(30),
  /** Where PINs are sent, signed; absent = the application asks for each, once. */
  webhook: webhookSchema.optional(),
});
export type WelcomeSettings = z.infer<typeof welcomeSettingsSchema>;

/** What stands in the place of each. */
export type WelcomeValues = Readonly<Record<Placeholder, string>>;

const LONGEST_VALUE = 200;

/** A template with the values of one user. */
export function filled(text: string, values: WelcomeValues): string {
  return pieces(text)
    .map(({ before, name }) => {
      if (name === null) return before;
      return `${before}${isKnown(name) ? values[name].slice(0, LONGEST_VALUE) : ''}`;
    })
    .join('');
}

/** What of a user stands in a template. */
export function valuesFor(
  { attributes }: Pick<Entry, 'attributes'>,
  { pin, expires }: Pick<WelcomeValues, 'pin' | 'expires'>,
): WelcomeValues {
  const text = (name: string) => valuesOf(textOf(attributes[name]))[0] ?? '';
  return {
    displayName: text('displayName') || text('userName'),
    givenName: text('name.givenName'),
    familyName: text('name.familyName'),
    userName: text('userName'),
    pin,
    expires,
  };
}

/** Where a user's mail goes: the work address, or a userName that is one. */
export function addressOf({ attributes }: Pick<Entry, 'attributes'>): string | undefined {
  const known = [attributes['emails[type eq "work"].value'], attributes.userName];
  return known.find(
    (one): one is string => typeof one === 'string' && z.email().max(254).safeParse(one).success,
  );
}

function textOf(value: Entry['attributes'][string] | undefined) {
  return typeof value === 'boolean' ? String(value) : value;
}

/** Text, and the name between double braces that follows it; null at the end. */
function pieces(text: string): { readonly before: string; readonly name: string | null }[] {
  const [first = '', ...rest] = text.split('{{');
  const found: { before: string; name: string | null }[] = [];
  let before = first;
  for (const part of rest) {
    const end = part.indexOf('}}');
    found.push({ before, name: end < 0 ? '' : part.slice(0, end).trim() });
    before = end < 0 ? part : part.slice(end + 2);
  }
  return [...found, { before, name: null }];
}

function isKnown(name: string): name is Placeholder {
  return PLACEHOLDERS.some((one) => one === name);
}
