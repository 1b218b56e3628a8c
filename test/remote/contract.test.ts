import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/lib/logger.ts';
import { connectRemote } from '../../src/remote/client.ts';
import { serveRemote } from '../../src/remote/server.ts';
import { engineContract } from '../contracts/engine.ts';

engineContract('in the same process', async (engine) => ({
  engine,
  async subscribe(listener) {
    engine.subscribe(listener);
  },
  close: async () => undefined,
}));

engineContract('over the socket', async (engine) => {
  const id = randomUUID();
  const address =
    process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
  const server = await serveRemote(engine, address, silentLogger);
  const remote = await connectRemote(address);
  return {
    engine: remote,
    subscribe: (listener) => remote.subscribe(listener),
    async close() {
      remote.close();
      await server.stop();
    },
  };
});
