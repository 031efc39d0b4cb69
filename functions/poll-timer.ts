import { app } from '@azure/functions';
import { pollSchedule, whenConfigured } from '../lib/configured.ts';
import { pollAll } from '../lib/flows/poll/poll-all.ts';
import { services } from '../lib/services.ts';
import { tracedCall } from '../lib/traced.ts';

app.timer('poll-timer', {
  schedule: pollSchedule(),
  handler: (_, context) => tracedCall(context, whenConfigured(services, pollAll)),
});
