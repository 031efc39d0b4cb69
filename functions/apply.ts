import { app } from '@azure/functions';
import { isConfigured } from '../lib/configured.ts';
import { receiveLaneMessage } from '../lib/flows/receive.ts';
import { services } from '../lib/services.ts';
import { tracedMessage } from '../lib/traced.ts';

if (isConfigured())
  app.serviceBusQueue('apply', {
    connection: 'SERVICEBUS',
    queueName: 'changes',
    isSessionsEnabled: true,
    handler: async (message, context) =>
      tracedMessage(context, message, async () =>
        receiveLaneMessage(await services(), message, context.triggerMetadata ?? {}),
      ),
  });
