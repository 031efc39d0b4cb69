import type { AppError } from '../../../../lib/errors.ts';
import type { MailMessage, WebhookMessage } from '../../../../lib/ports/channels.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import type { Outgoing } from '../../../../lib/ports/platform.ts';

export const START = Date.UTC(2026, 1, 1);

const guid = '11111111-2222-4333-8444-555555555555';

/** A connection that tells nobody of anything. */
export const SILENT: StoredConnection = {
  id: 'c-1',
  name: 'Contoso',
  enabled: true,
  entra: {
    tenantId: guid,
    clientId: guid,
    credentials: [{ id: 'a', kind: 'secret', clientId: guid, secretName: 's', expiresAt: null }],
  },
  app: { kind: 'hosted' },
  settingsVersion: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  version: '1',
};

/** Errors of the next calls; undefined = that one succeeds. */
type Troubles = (AppError | undefined)[];

/** Mail, webhooks, bus and log that remember what went through them. */
export function recordedChannels() {
  const world = {
    now: START,
    mails: [] as MailMessage[],
    posts: [] as WebhookMessage[],
    sent: [] as Outgoing[],
    logged: [] as unknown[],
    mailTroubles: [] as Troubles,
    hookTroubles: [] as Troubles,
  };
  const note = (...args: unknown[]) => void world.logged.push(args);
  const recorded = async <T>(troubles: Troubles, list: T[], message: T) => {
    const error = troubles.shift();
    if (error) throw error;
    list.push(message);
  };
  const needs = {
    clock: { now: () => world.now },
    log: { info: note, warn: note, error: note },
    bus: {
      send: async (_: string, messages: readonly Outgoing[]) => void world.sent.push(...messages),
      collectDeadLetters: async () => 0,
    },
    secrets: { get: async () => 'whsec_x', set: async () => {}, remove: async () => {} },
    mail: {
      send: (message: MailMessage) => recorded(world.mailTroubles, world.mails, message),
    },
    webhooks: {
      post: (message: WebhookMessage) => recorded(world.hookTroubles, world.posts, message),
    },
  };
  return { world, needs };
}
