/** A process that keeps an agent host running, to be killed. `host-parent <station>` */
import { superviseAgentHost } from '../../src/agents/host/supervise.ts';
import { silentLogger } from '../../src/lib/logger.ts';

const host = await superviseAgentHost({ station: process.argv[2] ?? '', logger: silentLogger });
console.log(host.pid());
setInterval(() => undefined, 60_000);
