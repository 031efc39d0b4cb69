import { type Counter, telemetry } from './telemetry.ts';

/**
 * A pipeline policy for an Azure client: counts every request that is sent, retries included, as
 * Azure bills them.
 */
export function countRequests(counter: Counter) {
  return {
    position: 'perRetry' as const,
    policy: {
      name: `count ${counter}`,
      sendRequest: <Request, Response>(request: Request, next: (request: Request) => Response) => {
        telemetry.count(counter);
        return next(request);
      },
    },
  };
}
