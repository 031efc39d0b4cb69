import { app } from '@azure/functions';
import { pollAll } from '../lib/flows/poll-all.ts';
import { services } from '../lib/services.ts';

app.timer('poll-timer', {
  schedule: '%POLL_SCHEDULE%',
  handler: async () => pollAll(await services()),
});
