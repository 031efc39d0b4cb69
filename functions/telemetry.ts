import { app } from '@azure/functions';
import { flushTelemetry } from '../lib/traced.ts';

// What was measured last is not lost with an instance that is taken away.
app.hook.appTerminate(() => flushTelemetry());
