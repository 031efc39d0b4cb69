import { app } from '@azure/functions';
import { openScim } from '../lib/scim/server/scim.ts';
import { services } from '../lib/services.ts';

app.http('scim', {
  route: 'scim/v2/{connectionId}/{*path}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  // The service has credentials of its own: Entra cannot send a function key.
  authLevel: 'anonymous',
  handler: openScim(services),
});
