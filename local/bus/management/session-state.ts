import { z } from 'zod';
import type { Operation } from './operation.ts';
import { done } from './operation.ts';

const session = z.object({ 'session-id': z.string() });
const setState = session.extend({ 'session-state': z.instanceof(Uint8Array).nullish() });
const page = z.object({ skip: z.number(), top: z.number() });

export const getSessionState: Operation = (body, { entity }) => {
  const state = entity.sessionState(session.parse(body)['session-id']);
  return done({ 'session-state': state ?? null });
};

export const setSessionState: Operation = (body, { entity }) => {
  const { 'session-id': sessionId, 'session-state': state } = setState.parse(body);
  const isNothing = state === undefined || state === null || state.length === 0;
  entity.setSessionState(sessionId, isNothing ? null : Buffer.from(state));
  return done();
};

/** Lists the sessions that have messages. */
export const getMessageSessions: Operation = (body, { entity }) => {
  const { skip, top } = page.parse(body);
  const ids = [...entity.queue.book.sessions().keys()].slice(skip, skip + top);
  return ids.length === 0 ? { kind: 'empty' } : done({ skip, 'sessions-ids': ids });
};
