#!/usr/bin/env node
/** The `workflow` program. Looks at the Node version before it loads anything else. */
import { nodeTooOld } from '../lib/node-version.ts';

const tooOld = nodeTooOld(process.version);
if (tooOld === null) {
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
