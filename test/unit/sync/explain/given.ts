import type { Entry } from '../../../../lib/sync/entry.ts';
import { newLink } from '../../../../lib/sync/fold.ts';
import type { Half, Link } from '../../../../lib/sync/link.ts';
import { compileRules } from '../../../../lib/sync/rules/compile.ts';
import type { Rules } from '../../../../lib/sync/rules/rules.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

/** Rules with what is said, and defaults for the rest. */
export function rules(settings: object = {}): Rules {
  return compileRules(ruleSettingsSchema.parse(settings));
}

/** A group's id; the number tells it from others. */
export function groupId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function half(attributes: Half['attributes'], active = true): Half {
  return { active, attributes };
}

export function entry(attributes: Entry['attributes'], more: Partial<Entry> = {}): Entry {
  return { kind: 'user', id: 'a1', active: true, version: '1', attributes, ...more };
}

export function link(more: Partial<Link> = {}): Link {
  return {
    ...newLink('user', 'e1', 'r'),
    ...more,
  };
}
