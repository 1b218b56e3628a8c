/** The bridge as a program: `npm start`. Looks at the Node version before it loads anything else. */
import { nodeTooOld } from './lib/node-version.ts';

const tooOld = nodeTooOld(process.version);
if (tooOld === null) {
  const { runBridge } = await import('./compose/run-bridge.ts');
  process.exitCode = await runBridge(process.argv.slice(2));
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
