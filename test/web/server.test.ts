import { createServer, request, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/lib/logger.ts';
import { metricsRoute } from '../../src/web/metrics-route.ts';
import { serveWeb, type WebServer } from '../../src/web/server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const serve = async (port: number): Promise<WebServer> => {
  const routes = [
    metricsRoute({ text: async () => 'workflow_runs 1\n', contentType: 'text/plain' }),
  ];
  const server = await serveWeb({ port, routes, logger: silentLogger });
  open.push(() => server.stop());
  return server;
};

/** `fetch` does not let the Host header be chosen. */
const get = (address: string, host: string): Promise<number | undefined> =>
  new Promise((done, failed) => {
    request(address, { headers: { host } }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    })
      .once('error', failed)
      .end();
  });

describe('the HTTP server', () => {
  it('answers on the loopback address only', async () => {
    const { address } = await serve(0);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    const answer = await fetch(`${address}/metrics`);
    expect([answer.status, await answer.text()]).toEqual([200, 'workflow_runs 1\n']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${address}/elsewhere`)).status).toBe(404);
  });

  it('refuses a request that another name led here', async () => {
    const { address } = await serve(0);
    expect(await get(`${address}/metrics`, 'evil.example')).toBe(403);
    expect(await get(`${address}/metrics`, '127.0.0.1.evil.example')).toBe(403);
    expect(await get(`${address}/metrics`, `localhost:${new URL(address).port}`)).toBe(200);
  });

  it('takes the next port when the one asked for is in use, and says so', async () => {
    const other = createServer();
    const port = await listenAnywhere(other);
    open.push(() => new Promise((done) => void other.close(() => done())));
    const server = await serve(port);
    expect(server.moved).toBe(true);
    expect(Number(new URL(server.address).port)).toBeGreaterThan(port);
  });
});

const listenAnywhere = (server: Server): Promise<number> =>
  new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
