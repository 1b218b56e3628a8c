/** The contract's acts as a long-lived program that speaks lines of JSON. */
import { appendFileSync, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const write = (text) => process.stdout.write(`${text}\n`);
let timer = null;
const repeat = (work) => {
  timer = setInterval(() => work(), 20);
};

const start = (id, { act, value, error, bytes, mark }) => {
  const result = (output) => write(JSON.stringify({ type: 'result', id, output }));
  const acts = {
    echo: () => result({ value }),
    digits: () =>
      write(
        `{"type":"result","id":${id},"output":{"value":[9007199254740993,123456789012345678901234567890]}}`,
      ),
    fail: () => write(JSON.stringify({ type: 'failure', id, error, output: { seen: 1 } })),
    break: () =>
      write(JSON.stringify({ type: 'failure', id, error: { message: 'the disk is full' } })),
    say: () => {
      write(JSON.stringify({ type: 'log', id, message: 'one ⧗ thing' }));
      write(JSON.stringify({ type: 'log', id, level: 'warn', message: 'another' }));
      result({ said: true });
    },
    progress: () => {
      write(JSON.stringify({ type: 'progress', id, percent: 25, message: 'a quarter ⧗' }));
      repeat(() => {
        if (!existsSync(mark)) return;
        clearInterval(timer);
        result({ done: true });
      });
    },
    hang: () => repeat(() => appendFileSync(mark, '.')),
    die: () => {
      process.stderr.write('my last words\n');
      process.kill(process.pid, 'SIGKILL');
    },
    rubbish: () => write('%%% not an answer'),
    huge: () => result({ text: 'ä'.repeat(bytes / 2) }),
  };
  acts[act]();
};

createInterface({ input: process.stdin }).on('line', (text) => {
  const line = JSON.parse(text);
  if (line.type === 'task') start(line.id, line.payload);
  if (line.type === 'cancel') {
    clearInterval(timer);
    write(JSON.stringify({ type: 'failure', id: line.id, error: { message: 'stopped' } }));
  }
});
