import { app } from '@azure/functions';
import { whenConfigured } from '../lib/configured.ts';
import { housekeep } from '../lib/flows/upkeep/housekeep.ts';
import { services } from '../lib/services.ts';
import { tracedCall } from '../lib/traced.ts';

app.timer('housekeeping-timer', {
  schedule: '0 37 * * * *',
  handler: (_, context) => tracedCall(context, whenConfigured(services, housekeep)),
});
