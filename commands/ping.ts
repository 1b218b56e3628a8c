import type { Command } from './command.ts';

/** `ping`: whether anybody is there. */
export const ping: Command = {
  verb: 'ping',
  summary: 'answers',
  usage: 'ping',
  run: ({ engine }) =>
    Promise.resolve({ type: 'text', lines: [[`pong, ${engine.live().length} runs in memory`]] }),
};
