import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { openReceive, type Receive } from '../lib/flows/upkeep/receive-notifications.ts';
import { problemResponse, readJson, validationAnswer } from '../lib/http.ts';
import { services } from '../lib/services.ts';
import { tracedCall } from '../lib/traced.ts';

/** A post of Graph holds some hundred items; they are flat. */
const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 10 };

let opened: Receive | undefined;

app.http('graph-notifications', {
  route: 'graph/notifications/{tenantId}',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => tracedCall(context, () => receive(request)),
});

/** Graph tries an address before it uses it, and waits three seconds for the answer to a post. */
async function receive(request: HttpRequest): Promise<HttpResponseInit> {
  try {
    const tested = validationAnswer(request);
    if (tested) return tested;
    const body = await readJson(request, z.unknown(), LIMITS);
    await (await receiving())(request.params.tenantId ?? '', body);
    return { status: 202 };
  } catch (error) {
    return problemResponse(error, request);
  }
}

/** One for all calls: those that come together share their messages. */
async function receiving(): Promise<Receive> {
  const known = await services();
  opened ??= openReceive(known);
  return opened;
}
