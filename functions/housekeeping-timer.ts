import { app } from '@azure/functions';
import { housekeep } from '../lib/flows/housekeep.ts';
import { services } from '../lib/services.ts';

app.timer('housekeeping-timer', {
  schedule: '0 37 * * * *',
  handler: async () => housekeep(await services()),
});
