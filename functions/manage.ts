import { app } from '@azure/functions';
import { manage } from '../lib/manage/manage.ts';
import { services } from '../lib/services.ts';

app.http('manage', {
  route: 'manage/{*path}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  handler: (request) => manage(services, request),
});
