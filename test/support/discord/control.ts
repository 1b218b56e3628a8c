/**
 * `POST /control/:verb` with a JSON object: what a test does to a loopback that runs as a
 * process of its own. Answers `{ok: true, value}` or `{ok: false, error}`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { LoopbackDiscord } from './server.ts';
import type { LoopbackMessage } from './types.ts';
import { readBody } from './read-body.ts';

const id = z.string();

/** One entry per verb: it parses its input and acts. */
const verbs = {
  say(loopback, input) {
    const { user, channel, text, replyTo } = z
      .object({ user: id, channel: id, text: z.string(), replyTo: id.optional() })
      .parse(input);
    return plain(loopback.say(user, channel, text, replyTo === undefined ? {} : { replyTo }));
  },
  click(loopback, input) {
    const { user, message, customId } = z
      .object({ user: id, message: id, customId: z.string() })
      .parse(input);
    return { interaction: loopback.click(user, message, customId).id };
  },
  messages: (loopback, input) =>
    loopback.messages(z.object({ channel: id }).parse(input).channel).map(plain),
  reactions: (loopback, input) =>
    loopback.reactions(z.object({ message: id }).parse(input).message),
  requests: (loopback) => loopback.requests,
  gateway: ({ gateway }) => ({
    connected: gateway.connected(),
    identifies: gateway.identifies,
    resumes: gateway.resumes(),
  }),
  cut: (loopback) => loopback.gateway.cut(),
  status(loopback, input) {
    const fault = z
      .object({
        method: z.string().optional(),
        route: z.string().optional(),
        status: z.int(),
        times: z.int().optional(),
      })
      .parse(input);
    loopback.faults.add({
      kind: 'status',
      status: fault.status,
      ...(fault.method === undefined ? {} : { method: fault.method }),
      ...(fault.route === undefined ? {} : { route: fault.route }),
      ...(fault.times === undefined ? {} : { times: fault.times }),
    });
    return null;
  },
} satisfies Record<string, (loopback: LoopbackDiscord, input: unknown) => unknown>;

/** Runs one verb and answers with what it gave. */
export async function answerControl(
  loopback: LoopbackDiscord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = (request.url ?? '').split('/')[2] ?? '';
  const { json } = await readBody(request);
  const verb = new Map<string, (loopback: LoopbackDiscord, input: unknown) => unknown>(
    Object.entries(verbs),
  ).get(name);
  let answer: unknown;
  try {
    if (verb === undefined)
      throw new Error(`No control verb "${name}"; there are ${Object.keys(verbs).join(', ')}.`);
    answer = { ok: true, value: verb(loopback, json ?? {}) ?? null };
  } catch (error) {
    answer = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

/** A message without the bytes of its files. */
function plain(message: LoopbackMessage): object {
  const names = message.attachments.map(({ filename, url }) => ({ filename, url }));
  return {
    ...message,
    attachments: names,
    revisions: message.revisions.map((revision) => ({
      ...revision,
      attachments: revision.attachments.map(({ filename, url }) => ({ filename, url })),
    })),
  };
}
