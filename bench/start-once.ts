/** A process of its own: opens the engine on a folder and says how long after its birth it was ready. */
import { openChainEngine } from './lib/chain-engine.ts';

const [folder = '.', fresh = '0'] = process.argv.slice(2);
const begun = performance.now();
const chain = await openChainEngine(folder, { answers: false });
const ready = performance.now();
for (let run = 0; run < Number(fresh); run += 1) await chain.startIdle();
const runs = chain.engine.live().length;
// Once the state file shows everything, all that is made late has been made.
if (Number(fresh) > 0 || runs > 1_000) await chain.shown();
const rss = process.memoryUsage.rss() / 1e6;
console.log(JSON.stringify({ ready, opening: ready - begun, runs, rss }));
process.exit(0);
