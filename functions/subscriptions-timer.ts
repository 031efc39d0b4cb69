import { app } from '@azure/functions';
import { whenConfigured } from '../lib/configured.ts';
import { tendAll } from '../lib/flows/upkeep/tend-all.ts';
import { services } from '../lib/services.ts';
import { tracedCall } from '../lib/traced.ts';

app.timer('subscriptions-timer', {
  schedule: '0 4,19,34,49 * * * *',
  handler: (_, context) => tracedCall(context, whenConfigured(services, tendAll)),
});
