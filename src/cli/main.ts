#!/usr/bin/env node
/** The `workflow` program. Looks at the Node version before it loads anything else. */
import { loadProgram } from '../lib/load-program.ts';
import { nodeTooOld } from '../lib/node-version.ts';

const tooOld = nodeTooOld(process.version);
if (tooOld === null) {
  // `workflow logs … | head` hangs up: nothing is wrong.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const program = await loadProgram(() => import('./run-cli.ts'));
  if (program !== null) process.exitCode = await program.runCli(process.argv.slice(2));
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
