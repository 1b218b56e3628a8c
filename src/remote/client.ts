/** The Engine port of another process: what it says goes over the socket, no rule lives here. */
import { connect, type Socket } from 'node:net';
import type { z } from 'zod';
import type { Engine, RunChange } from '../runtime/engine.ts';
import { readLines } from './lines.ts';
import { answer, greeting, type Method } from './protocol.ts';
import { results } from './results.ts';

/** An engine in another process; it has no {@link Engine.live} and no figures, and keeps no chat messages. */
export interface RemoteEngine extends Omit<
  Engine,
  'live' | 'counts' | 'recordMessage' | 'subscribe'
> {
  /** Resolves when changes flow. One subscription per connection. */
  subscribe(listener: (change: RunChange) => void, run?: string): Promise<void>;
  /** Settles when the connection ends, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** The engine cannot be reached, or said that something failed. */
class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** ms in which an engine that lives greets. */
const PATIENCE = 5_000;

/** @throws RemoteError `REMOTE_UNREACHABLE` when nobody answers there. */
export const connectRemote = async (address: string): Promise<RemoteEngine> => {
  const socket = connect(address);
  const waiting = new Map<number, Waiter>();
  let listener: (change: RunChange) => void = () => undefined;
  let last = 0;

  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      const lost = new RemoteError('REMOTE_LOST', `The engine at ${address} ended the connection`);
      for (const waiter of waiting.values()) waiter.reject(lost);
      waiting.clear();
      resolve();
    });
  });

  await greeted(socket, address, (line) => {
    const message = answer.parse(JSON.parse(line));
    if ('change' in message) {
      listener(results.change.parse(message.change));
      return;
    }
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) {
      waiter?.reject(new RemoteError(message.error.code, message.error.message));
    } else {
      waiter?.resolve(message.result);
    }
  });

  const ask = async <T>(method: Method, as: z.ZodType<T>, params: unknown): Promise<T> => {
    const id = (last += 1);
    const result = await new Promise<unknown>((resolve, reject) => {
      if (!socket.writable) {
        reject(new RemoteError('REMOTE_LOST', `The engine at ${address} ended the connection`));
        return;
      }
      waiting.set(id, { resolve, reject });
      socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
    return as.parse(result);
  };

  return {
    start: (request) => ask('start', results.start, request),
    operate: (command, by, { dryRun = false } = {}) =>
      ask('operate', results.operate, { command, by, dryRun }),
    view: (run) => ask('view', results.view, { run }),
    why: (run) => ask('why', results.why, { run }),
    events: (run) => ask('events', results.events, { run }),
    list: (filter) => ask('list', results.list, filter),
    resolve: (reference) => ask('resolve', results.resolve, { reference }),
    mayStart: (workflow, by) => ask('mayStart', results.mayStart, { workflow, by }),
    definitions: {
      list: () => ask('definitions', results.definitions, {}),
      find: (id, version) => ask('definition', results.definition, { id, version }),
      problems: () => ask('problems', results.problems, {}),
    },
    async subscribe(onChange, run) {
      listener = onChange;
      await ask('subscribe', results.subscribe, { run: run ?? null });
    },
    closed,
    close: () => void socket.end(),
  };
};

interface Waiter {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Resolves when the engine has greeted; later lines go to `onLine`. */
const greeted = (socket: Socket, address: string, onLine: (line: string) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy();
      reject(
        new RemoteError('REMOTE_UNREACHABLE', `No engine answers at ${address}: ${why}`, { cause }),
      );
    };
    const late = setTimeout(() => fail(`silent for ${PATIENCE / 1000} s`), PATIENCE);
    let isGreeted = false;
    socket.on('error', (error) => {
      clearTimeout(late);
      fail(error.message, error);
    });
    socket.on('close', () => {
      clearTimeout(late);
      if (!isGreeted) fail('it hung up');
    });
    readLines(socket, (line) => {
      try {
        if (isGreeted) {
          onLine(line);
          return;
        }
        greeting.parse(JSON.parse(line));
        isGreeted = true;
        clearTimeout(late);
        resolve();
      } catch (error) {
        clearTimeout(late);
        fail('it speaks another language; use the same version for both', error);
      }
    });
  });
