/**
 * Where commands that change something go: the station's live engine, else an engine of our own
 * for as long as the command takes. An engine that is just starting or ending is given time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openEngine } from '../compose/open-engine.ts';
import { errorCode } from '../lib/atomic-file.ts';
import { readLock } from '../journal/lock.ts';
import { remoteAddress } from '../remote/address.ts';
import { connectRemote } from '../remote/client.ts';
import { serveRemote } from '../remote/server.ts';
import type { Engine, RunChange } from '../runtime/engine.ts';
import { layoutOf } from '../station/layout.ts';
import type { CliContext } from './cli-command.ts';

export interface Writer {
  readonly engine: Pick<Engine, 'start' | 'operate' | 'view' | 'events' | 'definitions'>;
  /** True when the engine is ours and ends with this command. */
  readonly own: boolean;
  subscribe(run: string, listener: (change: RunChange) => void): Promise<void>;
  /** Settles when the engine went away by itself. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
}

export interface WriterOptions {
  /** What an engine of our own does about agents. */
  readonly agents: 'supervised' | 'none';
  readonly workflowFolders?: readonly string[];
}

/** ms in which an engine may start or end before that is an error. */
const PATIENCE = 5_000;

/** @throws LockedError, RemoteError and what {@link openEngine} throws. */
export const openWriter = async (context: CliContext, options: WriterOptions): Promise<Writer> => {
  const { root } = context.station();
  const { workspace } = layoutOf(root);
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      const lock = readLock(workspace);
      const live =
        lock === null || lock.state === 'gone' || lock.address === null
          ? null
          : await connectWriter(lock.address);
      return live ?? (await ownWriter(root, context, options));
    } catch (error) {
      if (!PASSING.has(errorCode(error)) || Date.now() > deadline) throw error;
      await delay(150);
    }
  }
};

/** A writer at the engine that listens at `address`, or null when none does. */
export const connectWriter = async (address: string): Promise<Writer | null> => {
  const remote = await connectRemote(address).catch((error: unknown) => {
    if (errorCode(error) === 'REMOTE_UNREACHABLE') return null;
    throw error;
  });
  if (remote === null) return null;
  return {
    engine: remote,
    own: false,
    subscribe: (run, listener) => remote.subscribe(listener, run),
    lost: remote.closed,
    async close() {
      remote.close();
      await remote.closed;
    },
  };
};

const ownWriter = async (
  station: string,
  { config, logger }: CliContext,
  { agents, workflowFolders }: WriterOptions,
): Promise<Writer> => {
  const address = agents === 'supervised' ? remoteAddress(station) : null;
  let tellLost: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    tellLost = resolve;
  });
  const open = await openEngine({
    station,
    config,
    logger,
    agents,
    address,
    ...(workflowFolders === undefined ? {} : { workflowFolders }),
    onStopped(error) {
      logger.error({ err: error }, 'the engine stopped');
      tellLost();
    },
  });
  const remote =
    address === null
      ? null
      : await serveRemote(open.engine, address, logger).catch(async (error: unknown) => {
          await open.stop();
          throw error;
        });
  return {
    engine: open.engine,
    own: true,
    async subscribe(run, listener) {
      open.engine.subscribe((change) => {
        if (change.view.run === run) listener(change);
      });
    },
    lost,
    async close() {
      await remote?.stop();
      await open.stop();
    },
  };
};

const PASSING = new Set(['STATION_LOCKED', 'REMOTE_LOST']);
