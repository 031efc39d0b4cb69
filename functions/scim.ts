import { app } from '@azure/functions';
import { openScim } from '../lib/scim/server/scim.ts';
import { services } from '../lib/services.ts';
import { tracedCall } from '../lib/traced.ts';

const scim = openScim(services);

app.http('scim', {
  route: 'scim/v2/{connectionId}/{*path}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  // The service has credentials of its own: Entra cannot send a function key.
  authLevel: 'anonymous',
  handler: (request, context) => tracedCall(context, async () => scim(request, context)),
});
