import { app } from '@azure/functions';
import { openHealth } from '../lib/manage/health.ts';
import { health } from '../lib/services.ts';

app.http('health', {
  route: 'health',
  methods: ['GET'],
  // What watches over the app has no credential; it gets one word.
  authLevel: 'anonymous',
  handler: openHealth(health, Date),
});
