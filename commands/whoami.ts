import type { Command } from './command.ts';

/** `whoami`: how the bot knows the person. */
export const whoami: Command = {
  verb: 'whoami',
  summary: 'says who you are here',
  usage: 'whoami',
  run: ({ identity }) =>
    Promise.resolve({
      type: 'text',
      lines: [
        [`${identity.name} (`, { type: 'code', text: `user:${identity.user}` }, ')'],
        [identity.roles.length === 0 ? 'no roles' : `roles: ${identity.roles.join(', ')}`],
        ...(identity.local ? [["level L0: you are on the station's own machine"]] : []),
      ],
    }),
};
