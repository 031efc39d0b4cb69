import { z } from 'zod';
import type { Row, StoredRow } from '../azure/tables.ts';
import type { PlacedChange, SettingsChange } from '../ports/connections.ts';
import type { Connection } from '../sync/connection.ts';
import { settingChangeSchema } from '../sync/settings-change.ts';
import { changesPrefix, reverseTime } from './keys.ts';

/** A text property holds 32,768 characters: beyond that the names of what was changed are kept. */
const MOST_CHARACTERS = 30_000;

export function toChangeRow(
  partitionKey: string,
  { id, settingsVersion }: Pick<Connection, 'id' | 'settingsVersion'>,
  { at, by, settings }: SettingsChange,
): Row {
  const whole = JSON.stringify(settings);
  const isLong = whole.length > MOST_CHARACTERS;
  const data = isLong ? JSON.stringify(settings.map(({ name }) => ({ name }))) : whole;
  const rowKey = `${changesPrefix(id)}${reverseTime(at)}:${reverseTime(settingsVersion)}`;
  return { partitionKey, rowKey, v: 1, at: String(at), by, data };
}

const rowSchema = z.object({ at: z.coerce.number(), by: z.string(), data: z.string() });

export function toChange(row: StoredRow): PlacedChange {
  const { at, by, data } = rowSchema.parse(row);
  const settings = z.array(settingChangeSchema).parse(JSON.parse(data));
  return { at, by, settings, place: row.rowKey.split(':').slice(2).join(':') };
}
