/**
 * The engine for other processes of this machine, over a local socket that only its user may
 * open. Owns carrying; who may do what is decided behind the Engine port as for every face.
 */
import { errorMessage } from '../lib/error-code.ts';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, stat } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { errorCode, unlinkIfPresent } from '../lib/atomic-file.ts';
import type { Logger } from '../lib/logger.ts';
import type { Engine } from '../runtime/engine.ts';
import { callEngine } from './call-engine.ts';
import { readLines } from './lines.ts';
import { params, request, type Answer } from './protocol.ts';

export interface RemoteServer {
  /** Closes the socket and every connection. */
  stop(): Promise<void>;
}

/** A subscriber that lets this many bytes pile up is cut off; it can connect and look again. */
const MOST_WAITING = 64 * 1024 * 1024;

/** Listens at `address`. The caller holds the station's lock, so a socket file there is a leftover. */
export const serveRemote = async (
  engine: Engine,
  address: string,
  logger: Logger,
): Promise<RemoteServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    attend(socket, engine, logger);
  });
  const isFile = process.platform !== 'win32';
  if (isFile) await mkdir(dirname(address), { recursive: true, mode: 0o700 });
  // Closing removes the name that was listened at, whoever's it is by then: an engine that lost its
  // lock must not take away the next one's. So it is a name of its own, never longer than `address`.
  const own = isFile ? join(dirname(address), `${randomBytes(3).toString('hex')}.tmp`) : address;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(own, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (err) => logger.warn({ err }, 'the local socket failed'));
  let inode: number | null = null;
  if (isFile) {
    await chmod(own, 0o600);
    ({ ino: inode } = await stat(own));
    await rename(own, address);
  }

  return {
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // What was answered already still goes out.
      for (const socket of sockets) socket.end();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500);
      await closed;
      clearTimeout(late);
      const left = isFile ? await stat(address).catch(() => null) : null;
      if (left !== null && left.ino === inode) await unlinkIfPresent(address);
    },
  };
};

const attend = (socket: Socket, engine: Engine, logger: Logger): void => {
  let unsubscribe: () => void = () => undefined;
  const send = (message: Answer | { readonly schema: 'remote/1'; readonly pid: number }): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };

  socket.on('error', (err) => logger.debug({ err }, 'a local connection failed'));
  socket.on('close', () => unsubscribe());
  send({ schema: 'remote/1', pid: process.pid });

  readLines(socket, (line) => void answerLine(line));

  async function answerLine(line: string): Promise<void> {
    const parsed = request.safeParse(parseJson(line));
    if (!parsed.success) {
      socket.destroy(new Error('A caller does not speak remote/1'));
      return;
    }
    const { id, method } = parsed.data;
    try {
      if (method === 'subscribe') {
        const { run } = params.subscribe.parse(parsed.data.params);
        unsubscribe();
        unsubscribe = engine.subscribe((change) => {
          if (run !== null && change.view.run !== run) return;
          if (socket.writableLength > MOST_WAITING) socket.destroy();
          else send({ change });
        });
        send({ id, result: null });
        return;
      }
      send({ id, result: await callEngine(engine, method, parsed.data.params) });
    } catch (error) {
      const message = errorMessage(error);
      logger.debug({ err: error, method }, 'a local request failed');
      send({ id, error: { code: errorCode(error) || 'REMOTE_FAILED', message } });
    }
  }
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
