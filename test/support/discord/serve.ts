/**
 * The loopback as a process: `npx tsx test/support/discord/serve.ts [--port=N] [--fast]`.
 * Prints one JSON line `{api, token, env, seed}` and runs until SIGTERM or SIGINT. `env` are
 * the variables that lead `discordTarget()` to it.
 */
import { parseArgs } from 'node:util';
import { createLoopbackDiscord } from './server.ts';
import { targetOf, toEnvironment } from './target.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, fast: { type: 'boolean', default: false } },
});
const loopback = await createLoopbackDiscord({
  port: Number(values.port),
  ...(values.fast ? { buckets: 'fast' as const } : {}),
});
const stop = (): void => {
  loopback.close().catch((error: unknown) => {
    console.error('The loopback Discord did not close.', error);
    process.exitCode = 1;
  });
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
const { api, token, seed } = loopback;
console.log(JSON.stringify({ api, token, env: toEnvironment(targetOf(loopback)), seed }));
