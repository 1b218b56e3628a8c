#!/usr/bin/env node
/** The `workflow` program. Looks at the Node version before it loads anything else. */
import { nodeTooOld } from '../lib/node-version.ts';

const tooOld = nodeTooOld(process.version);
if (tooOld === null) {
  // `workflow logs … | head` hangs up: nothing is wrong.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
