import { expect, it } from 'vitest';
import { webhookHeaders } from '../../../lib/net/webhook-signature.ts';

// The example of the Standard Webhooks specification's reference libraries.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const MESSAGE = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: 1_614_265_330,
  body: '{"test": 2432232314}',
};

it('signs as the specification does', () => {
  expect(webhookHeaders(SECRET, MESSAGE)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it.each(['', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2hvcnQ='])(
  'signs with no secret that is none: %j',
  (secret) => {
    expect(() => webhookHeaders(secret, MESSAGE)).toThrow(/no proper secret/);
  },
);
