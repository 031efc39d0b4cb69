import { app } from '@azure/functions';
import { services } from '../lib/services.ts';

app.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async () => {
    try {
      await services();
      return { status: 200, jsonBody: { status: 'healthy' } };
    } catch {
      // What is wrong stands in the log; strangers learn only that something is.
      return { status: 503, jsonBody: { status: 'unhealthy' } };
    }
  },
});
