/**
 * `POST /hooks/start`: a signed request starts a run. Off unless `WEBHOOK_SECRET` is set.
 *
 * The signature covers time and body, so that nobody can change or keep a request: it is
 * `HMAC-SHA256(secret, "<X-Timestamp>.<body>")` in hex, in `X-Signature: sha256=…`, not older than
 * five minutes. The same signed request again gives the run it started before.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Clock } from '../lib/clock.ts';
import type { Engine, Identity } from '../runtime/engine.ts';
import { refusalText, startFrom, startOrder } from '../triggers/start-order.ts';
import type { WebRoute } from './server.ts';

export interface WebhookOptions {
  readonly engine: Pick<Engine, 'start'>;
  readonly secret: string;
  readonly clock: Clock;
}

/** Its level is what the settings give to `user:webhook`. */
const WEBHOOK_IDENTITY: Identity = {
  user: 'webhook',
  name: 'webhook',
  roles: [],
  channel: null,
  local: false,
};

/** ms a signature counts. */
const AGE = 5 * 60_000;

/** Bytes of a body at most. */
const MOST = 256 * 1024;

/** The route. Answers are `started/1` or `error/1`. */
export const webhookRoute =
  ({ engine, secret, clock }: WebhookOptions): WebRoute =>
  (app) => {
    app.post('/hooks/start', bodyLimit({ maxSize: MOST, onError: tooLarge }), async (context) => {
      // 1. Who it is. Nothing of the body is looked at before.
      const body = await context.req.text();
      const timestamp = context.req.header('x-timestamp') ?? '';
      const signature = context.req.header('x-signature') ?? '';
      const age = Math.abs(clock.now() - Number(timestamp) * 1000);
      if (
        !/^\d{10}$/u.test(timestamp) ||
        age > AGE ||
        !isSigned(secret, timestamp, body, signature)
      ) {
        const hint =
          'sign "<X-Timestamp>.<body>" with HMAC-SHA256; the clock may be off by 5 minutes';
        return refusal(context, 401, 'SIGNATURE', 'The signature does not hold', hint);
      }

      // 2. What is wanted.
      const order = startOrder.safeParse(jsonOf(body));
      if (!order.success) {
        const why = order.error.issues
          .map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`)
          .join('; ');
        return refusal(context, 400, 'BODY_INVALID', why, 'send {"workflow": "…", "input": {…}}');
      }

      // 3. The run.
      const started = await startFrom(engine, order.data, {
        by: WEBHOOK_IDENTITY,
        key: `webhook:${signature}`,
        origin: { face: 'webhook' },
      });
      if (started.type === 'started') {
        const { run, handle, workflow } = started.view;
        const { duplicate } = started;
        return context.json({ schema: 'started/1', run, handle, workflow, duplicate }, 202);
      }
      if (started.type === 'invalid_input') {
        return refusal(context, 400, 'INPUT_INVALID', refusalText(started), null);
      }
      const status = ({ usage: 400, not_found: 404, refused: 403 } as const)[started.kind];
      return refusal(context, status, started.code, started.message, started.hint);
    });
  };

const tooLarge = (context: Context): Response =>
  refusal(context, 413, 'BODY_TOO_LARGE', `A body has at most ${MOST} bytes`, null);

const isSigned = (secret: string, timestamp: string, body: string, given: string): boolean => {
  const wanted = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest();
  const hex = /^sha256=([0-9a-f]{64})$/iu.exec(given)?.[1];
  return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), wanted);
};

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

const refusal = (
  context: Context,
  status: 400 | 401 | 403 | 404 | 413,
  code: string,
  message: string,
  hint: string | null,
): Response =>
  context.json({ schema: 'error/1', error: { code, message, hint, at: null } }, status);
