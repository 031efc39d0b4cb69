import { app } from '@azure/functions';
import { manage } from '../lib/manage/manage.ts';
import { services } from '../lib/services.ts';
import { tracedCall } from '../lib/traced.ts';

app.http('manage', {
  route: 'manage/{*path}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  handler: (request, context) => tracedCall(context, () => manage(services, request)),
});
