import { app } from '@azure/functions';
import { isConfigured } from '../lib/configured.ts';
import { receivePoll } from '../lib/flows/receive.ts';
import { services } from '../lib/services.ts';

if (isConfigured())
  app.serviceBusQueue('poll', {
    connection: 'SERVICEBUS',
    queueName: 'polls',
    isSessionsEnabled: true,
    handler: async (message, context) =>
      receivePoll(await services(), message, context.triggerMetadata ?? {}),
  });
