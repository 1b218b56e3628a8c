/** The bridge as a program: `npm start`. Looks at the Node version before it loads anything else. */
import { loadProgram } from './lib/load-program.ts';
import { nodeTooOld } from './lib/node-version.ts';

const tooOld = nodeTooOld(process.version);
if (tooOld === null) {
  // Stack traces name the source.
  process.setSourceMapsEnabled(true);
  const program = await loadProgram(() => import('./compose/run-bridge.ts'));
  if (program !== null) process.exitCode = await program.runBridge(process.argv.slice(2));
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
