import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** host.json's durations: `[d.]hh:mm:ss[.fffffff]`, as .NET's TimeSpan. Read as milliseconds. */
const timeSpan = z.string().transform((text, context) => {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d{1,7})?)$/.exec(text);
  if (!match) {
    context.addIssue(`"${text}" is not a time span (hh:mm:ss)`);
    return z.NEVER;
  }
  const [, days = '0', hours, minutes, seconds] = match;
  return Math.round(
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000,
  );
});

/** Defaults are those of the extension bundle 4 (docs: "Azure Service Bus bindings", host.json). */
const serviceBus = z.object({
  autoCompleteMessages: z.literal(true).default(true),
  maxAutoLockRenewalDuration: timeSpan.prefault('00:05:00'),
  maxConcurrentCalls: z.int().positive().default(16),
  maxConcurrentSessions: z.int().positive().default(8),
  maxConcurrentCallsPerSession: z.literal(1).default(1),
  prefetchCount: z.literal(0).default(0),
  sessionIdleTimeout: timeSpan.prefault('00:01:00'),
});

const hostJson = z.object({
  version: z.literal('2.0'),
  functionTimeout: timeSpan.prefault('00:30:00'),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: serviceBus.prefault({}),
    })
    .prefault({}),
});

/** What this host obeys of host.json; durations in milliseconds. */
export type HostJson = z.output<typeof hostJson>;
export type ServiceBusSettings = HostJson['extensions']['serviceBus'];

/**
 * Reads and checks host.json. What this host does not serve (prefetching, several calls a session,
 * settling by hand) is refused rather than ignored.
 * @throws ZodError that names every problem.
 */
export async function readHostJson(file: string): Promise<HostJson> {
  return hostJson.parse(JSON.parse(await readFile(file, 'utf8')));
}
