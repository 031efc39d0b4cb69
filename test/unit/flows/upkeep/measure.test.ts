import { expect, it } from 'vitest';
import { pollAll } from '../../../../lib/flows/poll/poll-all.ts';
import { tellConnection, tellLaneCounts } from '../../../../lib/flows/upkeep/measure.ts';
import { openLog } from '../../../../lib/log.ts';
import { type Losses, NO_LOSSES } from '../../../../lib/sync/losses.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');

/** A log as the app writes it, and what it has written. */
function logOfLines() {
  const lines: string[] = [];
  const log = openLog('info', (line) => lines.push(line));
  const said = () =>
    lines.map((line) => {
      const { at: _, ...fields } = JSON.parse(line);
      return fields;
    });
  return { log, lines, said };
}

type State = Parameters<typeof tellConnection>[2];
type Lanes = Parameters<typeof tellLaneCounts>[2];

/** As much of a state as is told. */
function stateOf(lastRoundAt: string | null, losses: Partial<Losses>): State {
  const held = { ...NO_LOSSES, ...losses };
  const known = { checkpoint: { lastRoundAt, lastError: null }, run: null, guard: { held } };
  return known as unknown as State;
}

it('a polled connection is told with its age and what is held', () => {
  const { log, said } = logOfLines();
  const needs = { log, clock: { now: () => NOW } };
  tellConnection(needs, 'contoso', stateOf('2026-03-01T11:48:20.000Z', { users: 3, groups: 4 }));
  tellConnection(needs, 'fresh', stateOf(null, { users: 0 }));
  const line = { level: 'info', message: 'connection measured' };
  expect(said()).toEqual([
    { ...line, connectionId: 'contoso', held: 7, pollAgeSeconds: 700 },
    { ...line, connectionId: 'fresh', held: 0 },
  ]);
});

it('what is out of step is told over all lanes, in words that the host takes for no error', () => {
  const { log, lines, said } = logOfLines();
  const counted = [{ failures: 2 }, { failures: 0 }, { failures: 5 }] as unknown as Lanes;
  tellLaneCounts({ log }, 'contoso', counted);
  const line = { level: 'info', message: 'lanes measured' };
  expect(said()).toEqual([{ ...line, connectionId: 'contoso', outOfStep: 7 }]);
  expect(lines[0]).not.toMatch(/warn|error|fail|severe/i);
});

it('the timer says how many polls it asks for, also where there are none', async () => {
  const { log, said } = logOfLines();
  const sent: unknown[] = [];
  const bus = {
    send: async (_: string, messages: readonly unknown[]) => void sent.push(...messages),
  };
  const pages = [[{ id: 'a', enabled: true }], [{ id: 'b', enabled: false }]];
  const needs = (of: typeof pages) =>
    ({ log, bus, connections: { list: () => of } }) as unknown as Parameters<typeof pollAll>[0];
  await pollAll(needs(pages));
  await pollAll(needs([]));
  const line = { level: 'info', message: 'polls asked for' };
  expect(said()).toEqual([
    { ...line, connections: 1 },
    { ...line, connections: 0 },
  ]);
  expect(sent).toHaveLength(1);
});
