import type { Command } from './command.ts';
import { ALERT_COMMANDS } from './commands/alerts.ts';
import { CONNECTION_COMMANDS } from './commands/connections.ts';
import { FAILURE_COMMANDS } from './commands/failures.ts';
import { HELD_COMMANDS } from './commands/held.ts';
import { HISTORY_COMMANDS } from './commands/history.ts';
import { PREVIEW_COMMANDS } from './commands/preview.ts';
import { PROVISION_COMMANDS } from './commands/provision.ts';
import { RUN_COMMANDS } from './commands/runs.ts';
import { SETTINGS_COMMANDS } from './commands/settings.ts';
import { STATUS_COMMANDS } from './commands/status.ts';
import { SYNC_COMMANDS } from './commands/sync.ts';
import { TEST_COMMANDS } from './commands/test.ts';

/** Every command, in the order of help: as one gets to need them. */
export const COMMANDS: readonly Command[] = [
  ...CONNECTION_COMMANDS,
  ...SETTINGS_COMMANDS,
  ...TEST_COMMANDS,
  ...PREVIEW_COMMANDS,
  ...SYNC_COMMANDS,
  ...STATUS_COMMANDS,
  ...RUN_COMMANDS,
  ...FAILURE_COMMANDS,
  ...HELD_COMMANDS,
  ...PROVISION_COMMANDS,
  ...HISTORY_COMMANDS,
  ...ALERT_COMMANDS,
];
