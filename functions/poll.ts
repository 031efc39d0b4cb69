import { app } from '@azure/functions';
import { isConfigured } from '../lib/configured.ts';
import { receivePoll } from '../lib/flows/receive.ts';
import { services } from '../lib/services.ts';
import { tracedMessage } from '../lib/traced.ts';

if (isConfigured())
  app.serviceBusQueue('poll', {
    connection: 'SERVICEBUS',
    queueName: 'polls',
    isSessionsEnabled: true,
    handler: async (message, context) =>
      tracedMessage(context, message, async () =>
        receivePoll(await services(), message, context.triggerMetadata ?? {}),
      ),
  });
