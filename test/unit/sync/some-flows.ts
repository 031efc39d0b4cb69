import { type Flow, type Flows, importAlone } from '../../../lib/sync/flow.ts';
import type { Export } from '../../../lib/sync/rules/exports.ts';

/** Everything flows into the application, and nothing out of it. */
export const IMPORTED: Flows<Export> = {
  attributes: new Map(),
  others: importAlone(true),
  active: importAlone(true),
};

/** The title and whether accounts are enabled flow both ways, but for what is said otherwise. */
export function exported(title: Partial<Flow> = {}, active: Partial<Flow> = {}): Flows<Export> {
  const flow: Flow = { toApp: true, toEntra: true, winner: 'entra', isRequired: false };
  return {
    attributes: new Map([['title', { ...flow, property: 'jobTitle', ...title }]]),
    others: importAlone(true),
    active: { ...flow, ...active },
  };
}
