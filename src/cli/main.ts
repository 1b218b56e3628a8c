#!/usr/bin/env node
/** The `workflow` program. Looks at the Node version before it loads anything else. */
import { loadProgram } from '../lib/load-program.ts';
import { nodeTooOld } from '../lib/node-version.ts';
import { isLook } from './looks.ts';

const tooOld = nodeTooOld(process.version);
if (tooOld === null) {
  // `workflow logs … | head` hangs up: nothing is wrong.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const args = process.argv.slice(2);
  const look = isLook(args);
  // Stack traces name the source. Maps take longer to read than a look takes, so there on request.
  process.setSourceMapsEnabled(!look || process.env['LOG_LEVEL'] === 'debug');
  const program = await loadProgram(() => (look ? import('./look.ts') : import('./program.ts')));
  if (program !== null) process.exitCode = await program.run(args);
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
