/** A line as a command sees it, with an engine behind it. */
import type { Attachment, CommandRequest, Reply } from '../../commands/command.ts';
import { runLine } from '../../commands/run-line.ts';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { createFakeEngine } from './fake-engine.ts';
import type { FakeEngine } from './fake-engine.ts';
import { START } from './run-view.ts';

export const person = {
  user: '1',
  name: 'Arc',
  roles: ['Captain'],
  channel: 'general',
  local: false,
};

export const fakeEngine = (
  parts: Partial<Parameters<typeof createFakeEngine>[0]> = {},
): FakeEngine => createFakeEngine({ clock: createManualClock(START), ...parts });

/** Carries `text` (without prefix) out. */
export const ask = (
  engine: FakeEngine,
  text: string,
  parts: Partial<CommandRequest> = {},
): Promise<Reply> => {
  const parsed = parseCommandLine(text, { prefixes: ['@workflow'], prefixOptional: true });
  if (parsed.kind !== 'command') throw new Error(`"${text}" is no command line`);
  return runLine({
    line: parsed.line,
    identity: person,
    engine,
    prefix: '@workflow',
    key: null,
    origin: null,
    replyTo: null,
    attachments: [],
    now: START,
    sources: { readReceipt: () => Promise.resolve('receipt: yes\n'), agents: null },
    ...parts,
  });
};

export const fileOf = (name: string, text: string): Attachment => ({
  name,
  size: Buffer.byteLength(text),
  text: () => Promise.resolve(text),
});

/** The words of a text answer, or of its mistakes. */
export const wordsOf = (reply: Reply): string => {
  if (reply.type === 'mistake') return reply.mistake.problems.map((one) => one.message).join('\n');
  if (reply.type !== 'text' && reply.type !== 'file') return reply.type;
  return reply.lines
    .map((line) => line.map((part) => (typeof part === 'string' ? part : part.text)).join(''))
    .join('\n');
};
