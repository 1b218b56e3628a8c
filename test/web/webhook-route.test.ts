import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../src/lib/logger.ts';
import { entryOf } from '../../src/testing/memory-catalog.ts';
import { serveWeb, type WebServer } from '../../src/web/server.ts';
import { webhookRoute } from '../../src/web/webhook-route.ts';
import { docBlock } from '../support/doc-block.ts';
import { createWorld, type World } from '../support/runtime.ts';

const SECRET = 'a secret of enough length';

const { definition } = entryOf(`
workflow:
  id: w
  name: W
  version: 1
  input: { required: [{ folder: { type: string } }] }
  permissions: { who_can_start: ['L1', 'user:webhook'] }
  tasks: [{ id: a, assigned_to: X }]
`);
const { definition: closed } = entryOf(`
workflow:
  id: closed
  name: Closed
  version: 1
  permissions: { who_can_start: [L1] }
  tasks: [{ id: a, assigned_to: X }]
`);

let world: World;
let web: WebServer;

beforeEach(async () => {
  world = await createWorld({ definitions: [definition, closed] });
  const route = webhookRoute({ engine: world.engine, secret: SECRET, clock: world.clock });
  web = await serveWeb({ port: 0, routes: [route], logger: silentLogger });
});
afterEach(() => web.stop());

interface Sent {
  readonly body: string;
  readonly at?: number;
  readonly secret?: string;
  readonly signed?: string;
}

const hasSend = (
  module: unknown,
): module is { send: (...given: readonly unknown[]) => Promise<unknown> } =>
  typeof module === 'object' && module !== null && 'send' in module;

const post = async ({ body, at = 0, secret = SECRET, signed = body }: Sent) => {
  const time = String(Math.floor(world.clock.now() / 1000) + at);
  const hex = createHmac('sha256', secret).update(`${time}.${signed}`).digest('hex');
  const response = await fetch(`${web.address}/hooks/start`, {
    method: 'POST',
    headers: { 'x-timestamp': time, 'x-signature': `sha256=${hex}` },
    body,
  });
  return { status: response.status, json: (await response.json()) as object };
};

const ORDER = '{"workflow": "w", "input": {"folder": "A"}}';

test('a signed request starts a run; the same one again gives that run', async () => {
  const first = await post({ body: ORDER });
  expect(first).toMatchObject({ status: 202, json: { schema: 'started/1', duplicate: false } });
  const again = await post({ body: ORDER });
  expect(again).toMatchObject({ status: 202, json: { ...first.json, duplicate: true } });
  expect(await world.engine.list({})).toHaveLength(1);
});

test.each([
  ['another secret', { body: ORDER, secret: 'some other secret' }],
  ['a body that was changed', { body: ORDER.replace('A', 'B'), signed: ORDER }],
  ['an old signature', { body: ORDER, at: -301 }],
  ['a signature of the future', { body: ORDER, at: 301 }],
])('%s is refused and starts nothing', async (_what, sent) => {
  expect(await post(sent)).toMatchObject({ status: 401, json: { error: { code: 'SIGNATURE' } } });
  expect(await world.engine.list({})).toHaveLength(0);
});

test('the example of its page is accepted', async () => {
  const block = docBlock('docs/how-to/start-runs.md', 'js')
    .replaceAll('http://127.0.0.1:8080', web.address)
    .replaceAll('inventory-validation-v1', 'w')
    .replaceAll('target_folder', 'folder')
    .replace('await fetch', 'return await fetch');
  const folder = await mkdtemp(join(tmpdir(), 'webhook-example-'));
  try {
    const file = join(folder, 'example.mjs');
    const parameters = 'createHmac, secret, Date';
    await writeFile(file, `export const send = async (${parameters}) => {\n${block}};\n`);
    const example: unknown = await import(pathToFileURL(file).href);
    if (!hasSend(example)) throw new Error('the example is not what was written');
    const clock = { now: () => world.clock.now() };
    expect(await example.send(createHmac, SECRET, clock)).toMatchObject({ status: 202 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('without any signature it is refused', async () => {
  const response = await fetch(`${web.address}/hooks/start`, { method: 'POST', body: ORDER });
  expect(response.status).toBe(401);
});

test.each([
  ['no JSON', 'hello', 400, 'BODY_INVALID'],
  ['another shape', '{"workflow": 7}', 400, 'BODY_INVALID'],
  ['a missing input', '{"workflow": "w"}', 400, 'INPUT_INVALID'],
  ['an unknown workflow', '{"workflow": "v"}', 404, 'WORKFLOW_UNKNOWN'],
  ['a workflow it may not start', '{"workflow": "closed"}', 403, 'NOT_ALLOWED'],
  ['too much', `{"workflow": "${'w'.repeat(300_000)}"}`, 413, 'BODY_TOO_LARGE'],
])('%s is told with a code', async (_what, body, status, code) => {
  expect(await post({ body })).toMatchObject({ status, json: { error: { code } } });
  expect(await world.engine.list({})).toHaveLength(0);
});
