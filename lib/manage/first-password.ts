import { z } from 'zod';
import { AppError } from '../errors.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';

const contract = {
  operation: 'takeFirstPassword',
  summary: 'The first password of a user that was made in Entra, once',
  answers: {
    200: {
      description: 'It is told this once, and kept nowhere from now on',
      body: z.strictObject({
        password: z.string(),
        /** Entra asks for another one at the first sign-in. */
        mustChange: z.literal(true),
        madeAt: z.iso.datetime(),
      }),
      example: {
        password: 'an-example-of-24-letters',
        mustChange: true,
        madeAt: '2026-01-01T08:00:00.000Z',
      },
    },
  },
  problems: ['not-found'],
} satisfies Contract;

/** Hands over a first password; whoever asks second gets none. */
export const takeFirstPassword = route(contract)(async (call) => {
  const { id } = await connectionOf(call);
  const objectId = z.guid().safeParse(call.params.objectId);
  const found = objectId.success
    ? await call.services.firstPasswords.take(id, objectId.data.toLowerCase())
    : undefined;
  if (!found)
    throw new AppError(
      'not-found',
      'no first password waits for the user: it was handed over, or is older than a week',
    );
  const { password, at } = found;
  call.services.log.info('a first password was handed over', {
    connectionId: id,
    objectId: objectId.data,
    by: call.caller.id,
  });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { password, mustChange: true, madeAt: new Date(at).toISOString() },
  };
});
