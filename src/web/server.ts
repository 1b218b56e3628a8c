/**
 * The HTTP server of this machine: on the loopback address only, off unless a port is set.
 *
 * Owns the socket and who may talk to it; routes own what is said. A browser's page can be made
 * to send requests here under a name of its own (DNS rebinding), so {@link fromThisMachine}
 * refuses what was not addressed to this machine by one of its own names.
 */
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { errorCode } from '../lib/atomic-file.ts';
import type { Logger } from '../lib/logger.ts';

/** Adds its paths to the application. */
export type WebRoute = (app: Hono) => void;

export interface WebServer {
  /** `http://127.0.0.1:<port>`. */
  readonly address: string;
  /** The port that was asked for was in use, and this is a later one. */
  readonly moved: boolean;
  /** Takes no more connections and ends those there are. */
  stop(): Promise<void>;
}

export interface WebOptions {
  /** 1 to 65535; 0 takes any that is free. */
  readonly port: number;
  readonly routes: readonly WebRoute[];
  readonly logger: Logger;
}

/** No port could be had. */
export class WebServerError extends Error {
  override readonly name = 'WebServerError';
  readonly code = 'HTTP_PORT_UNAVAILABLE';
}

/** Ports tried, beginning with the one asked for. */
const TRIES = 20;

/** @throws WebServerError when none of the ports can be had. */
export const serveWeb = async (options: WebOptions): Promise<WebServer> => {
  const app = createApp(options);
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  const port = await listenSomewhere(server, options.port);
  return {
    address: `http://${HOST}:${port}`,
    moved: options.port !== 0 && port !== options.port,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};

/** Refuses requests addressed to another name than this machine's own. */
export const fromThisMachine: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  if (!OWN_NAMES.test(host)) {
    return context.text('Only http://127.0.0.1 and http://localhost are served here\n', 403);
  }
  return next();
};

const HOST = '127.0.0.1';
const OWN_NAMES = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/iu;

const createApp = ({ routes, logger }: WebOptions): Hono => {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Cache-Control', 'no-store');
  });
  for (const route of routes) route(app);
  app.notFound((context) => context.text('There is nothing here\n', 404));
  app.onError((error, context) => {
    logger.error({ err: error, path: context.req.path }, 'an HTTP request failed');
    return context.text('The request failed; the log says why\n', 500);
  });
  return app;
};

const listenSomewhere = async (server: Server, wanted: number): Promise<number> => {
  const tries = wanted === 0 ? 1 : Math.min(TRIES, 65_536 - wanted);
  for (let port = wanted; port < wanted + tries; port += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      if (!TAKEN.has(errorCode(error))) throw error;
    }
  }
  throw new WebServerError(
    `No port from ${wanted} to ${wanted + tries - 1} can be had on ${HOST}; set HTTP_PORT to a free one`,
  );
};

/** In use, or not for everybody. */
const TAKEN = new Set(['EADDRINUSE', 'EACCES']);

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
