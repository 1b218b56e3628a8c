/**
 * What can be seen of an engine from outside: its figures over HTTP where a port is set, else in
 * a file. Other routes of the HTTP server are added here too.
 */
import { queueFolders } from '../agents/file-queue/folders.ts';
import { readHosts } from '../agents/host/presence.ts';
import type { Config } from '../config.ts';
import { systemHost } from '../lib/host/system-host.ts';
import type { Logger } from '../lib/logger.ts';
import { createMetrics, type AgentPresence } from '../metrics/metrics.ts';
import { createMetricsFile } from '../metrics/metrics-file.ts';
import { metricsRoute } from '../web/metrics-route.ts';
import { webhookRoute } from '../web/webhook-route.ts';
import { serveWeb, type WebServer } from '../web/server.ts';
import type { OpenEngine } from './open-engine.ts';

export interface Watched {
  /** The HTTP server, or null when it is off. */
  readonly web: Pick<WebServer, 'address' | 'moved'> | null;
  stop(): Promise<void>;
}

/** @throws WebServerError when no port can be had. */
export const watchEngine = async (
  open: OpenEngine,
  config: Pick<Config, 'httpPort' | 'webhookSecret'>,
  logger: Logger,
): Promise<Watched> => {
  const metrics = createMetrics({
    engine: open.engine,
    agents: () => agentsOf(open.layout.root),
    onSync: open.onSync,
  });
  if (config.httpPort === null) {
    const file = createMetricsFile({
      path: open.layout.metrics,
      metrics,
      clock: open.clock,
      onError: (err) => logger.warn({ err }, 'the metrics file could not be written'),
    });
    return {
      web: null,
      async stop() {
        await file.stop();
        metrics.stop();
      },
    };
  }
  const { webhookSecret: secret } = config;
  const routes = [
    metricsRoute(metrics),
    ...(secret === null ? [] : [webhookRoute({ engine: open.engine, secret, clock: open.clock })]),
  ];
  const web = await serveWeb({ port: config.httpPort, routes, logger });
  if (web.moved) {
    logger.warn({ address: web.address }, `HTTP_PORT ${config.httpPort} is in use`);
  }
  return {
    web,
    async stop() {
      await web.stop();
      metrics.stop();
    },
  };
};

/** Up while a living host of the agent can work there. */
const agentsOf = (station: string): readonly AgentPresence[] => {
  const up = new Map<string, boolean>();
  for (const host of readHosts(queueFolders(station), systemHost)) {
    for (const [name, { unavailable }] of Object.entries(host.agents)) {
      up.set(name, up.get(name) === true || (host.alive && unavailable === null));
    }
  }
  return [...up].map(([name, alive]) => ({ name, up: alive }));
};
