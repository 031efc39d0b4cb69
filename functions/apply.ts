import { app } from '@azure/functions';
import { receiveLaneMessage } from '../lib/flows/receive.ts';
import { services } from '../lib/services.ts';

app.serviceBusQueue('apply', {
  connection: 'SERVICEBUS',
  queueName: 'changes',
  isSessionsEnabled: true,
  handler: async (message, context) =>
    receiveLaneMessage(await services(), message, context.triggerMetadata ?? {}),
});
