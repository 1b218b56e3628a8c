import type { Metrics } from '../metrics/metrics.ts';
import { fromThisMachine, type WebRoute } from './server.ts';

/** `GET /metrics`, for Prometheus. */
export const metricsRoute =
  (metrics: Pick<Metrics, 'text' | 'contentType'>): WebRoute =>
  (app) => {
    app.get('/metrics', fromThisMachine, async (context) =>
      context.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
    );
  };
