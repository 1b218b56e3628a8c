/**
 * A long-lived worker for tests, in the lines of docs/reference/workers.md. `payload.do` says how it
 * behaves; `payload.with` is its output.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const calls = new Map();
let count = 0;

const ask = (id, method, params) =>
  new Promise((resolve) => {
    const call = (count += 1);
    calls.set(call, resolve);
    say({ type: 'call', id, call, method, params });
  });

const forever = () => setInterval(() => undefined, 1_000);

const deeds = {
  async echo(id, { payload }) {
    say({ type: 'result', id, output: payload.with ?? null });
  },
  async who(id, { context }) {
    const { cwd, env, pid } = { cwd: process.cwd(), env: process.env, pid: process.pid };
    say({ type: 'result', id, output: { pid, cwd, context, agent: env.WORKFLOW_AGENT, a: env.A } });
  },
  async raw(id, { payload }) {
    process.stdout.write(`${payload.text.replaceAll('ID', id)}\n`);
  },
  async split(id) {
    const line = Buffer.from(`${JSON.stringify({ type: 'result', id, output: 'ä⧗' })}\r\n`);
    for (const byte of line) {
      process.stdout.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  },
  async noisy(id) {
    say({ type: 'progress', id, percent: 40, message: 'on the way' });
    say({ type: 'progress', id, percent: 400 });
    say({ type: 'log', id, level: 'warn', message: 'careful' });
    say({ type: 'log', id, level: 'shouted', message: 'odd level' });
    process.stderr.write('from stderr\n', () => say({ type: 'result', id, output: {} }));
  },
  async fail(id, { payload }) {
    say({ type: 'failure', id, ...payload.with });
  },
  async die(id, { payload }) {
    process.stderr.write('last words\n', () => process.exit(payload.code ?? 3));
  },
  async kill() {
    process.kill(process.pid, 'SIGKILL');
  },
  async hang(id) {
    say({ type: 'log', id, level: 'info', message: 'hanging' });
    process.stderr.write('hangs\n');
    deaf.add(id);
    forever();
  },
  async wait(id) {
    say({ type: 'progress', id, message: 'waiting' });
    forever();
  },
  async brood(id) {
    deaf.add(id);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'inherit',
    });
    say({ type: 'progress', id, message: `${process.pid} ${child.pid}` });
  },
  async flood(id, { payload }) {
    const stream = payload.stream === 'stderr' ? process.stderr : process.stdout;
    const line =
      payload.line ?? `${JSON.stringify({ type: 'log', id, message: 'x'.repeat(900) })}\n`;
    const pour = () => stream.write(line.repeat(20), pour);
    pour();
  },
  async ask(id, { payload }) {
    say({ type: 'result', id, output: await ask(id, payload.method, payload.params) });
  },
  async late(id) {
    say({ type: 'result', id, output: 'first' });
    say({ type: 'result', id, output: 'second' });
    say({ type: 'progress', id, percent: 1 });
  },
  async fat(id) {
    say({ type: 'result', id, output: process.pid, memory: 1e12 });
  },
};

const deaf = new Set();

if (process.env.HELLO !== undefined) say({ type: 'hello', runtime: process.env.HELLO });
createInterface({ input: process.stdin })
  .on('line', (text) => {
    const line = JSON.parse(text);
    if (line.type === 'task') void deeds[line.payload.do](line.id, line);
    else if (line.type === 'answer') calls.get(line.call)?.(line.error ?? line.result);
    else if (line.type === 'cancel' && !deaf.has(line.id)) {
      say({ type: 'failure', id: line.id, error: { type: 'Stopped', message: line.reason } });
    }
  })
  .on('close', () => {
    if (process.env.STUBBORN === undefined) process.exit(0);
    forever();
  });
