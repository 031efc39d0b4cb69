import { app } from '@azure/functions';
import { housekeep } from '../lib/flows/housekeep.ts';
import { services } from '../lib/services.ts';

app.timer('housekeeping-timer', {
  schedule: '0 7,22,37,52 * * * *',
  handler: async () => housekeep(await services()),
});
