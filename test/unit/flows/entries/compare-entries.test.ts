import { expect, it } from 'vitest';
import { compareWith, type How } from '../../../../lib/flows/entries/compare-entries.ts';
import type { EntryStore } from '../../../../lib/ports/application.ts';
import type { Entry } from '../../../../lib/sync/entry.ts';
import type { Link } from '../../../../lib/sync/link.ts';
import { rulesOf } from '../../../../lib/sync/rules/rules-of.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

const ENTRA_ID = '00000000-0000-4000-8000-000000000001';
const HALF = { active: true, attributes: { userName: 'ada@contoso.example', displayName: 'Ada' } };
const ENTRY: Entry = { kind: 'user', id: '1', externalId: ENTRA_ID, version: 'v2', ...HALF };
const rules = rulesOf({ rules: ruleSettingsSchema.parse({}) });

/** Brings an entry of version `v2` in step, and says what is done, in order. */
async function done(version: string | undefined): Promise<readonly string[]> {
  const steps: string[] = [];
  const agreed = { entra: HALF, app: HALF, ...(version !== undefined && { version }) };
  const link: Link = {
    kind: 'user',
    entraId: ENTRA_ID,
    appId: '1',
    state: 'linked',
    seen: { properties: {} },
    agreed,
    dirty: null,
    wakeDue: null,
    sighted: '',
    kept: false,
    graceUntil: null,
    unmet: false,
    switching: false,
    givenUp: null,
  };
  const entra = { ...HALF, attributes: { ...HALF.attributes, displayName: 'Ada Lovelace' } };
  const flows = rules.flows.user;
  const decision = { do: 'compare' as const, appId: '1', entra, flows };
  const app = {
    update: async () => {
      steps.push('written');
      return [{ ok: true as const, value: { ...ENTRY, ...entra, version: 'v3' } }];
    },
  } as unknown as EntryStore;
  const how = {
    now: 0,
    reassert: false,
    mayRemove: false,
    counts: 'updated' as const,
    confirmLane: async () => void steps.push('confirmed'),
    markSwitching: async () => {},
    announce: async () => {},
    exporting: { writes: {}, priority: 'high' },
  } as unknown as How & { readonly counts: 'updated' };
  const one = { link, from: link, decision };
  const writes = await compareWith(app, [{ one, entry: ENTRY, entra, flows }], how);
  for (const write of writes) if ('link' in write) steps.push(`kept ${write.link.agreed?.version}`);
  return steps;
}

it('what nobody has written since both sides met is written at once', async () => {
  expect(await done('v2')).toEqual(['written', 'kept v3']);
});

it.each([['v1'], [undefined]])(
  'the lane is confirmed before an entry is written that somebody has written since: %s',
  async (version) => {
    expect(await done(version)).toEqual(['confirmed', 'written', 'kept v3']);
  },
);
