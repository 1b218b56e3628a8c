/** The contract's acts as a program: payload on stdin, one JSON value on stdout. */
import { appendFileSync, existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const given = await text(process.stdin);
const payload = JSON.parse(given);
const { act, value, error, bytes, mark } = payload;

const fail = (output) => {
  process.stdout.write(JSON.stringify(output));
  process.exitCode = 3;
};

const acts = {
  echo: () => process.stdout.write(JSON.stringify({ value })),
  digits: () =>
    process.stdout.write('{"value": [9007199254740993, 123456789012345678901234567890]}'),
  fail: () => fail({ error, output: { seen: 1 } }),
  break: () => {
    process.stderr.write('the disk is full\n');
    process.exitCode = 3;
  },
  say: () => {
    process.stderr.write('one ⧗ thing\n{"type": "log", "level": "warn", "message": "another"}\n');
    process.stdout.write('{"said": true}');
  },
  progress: () => {
    process.stderr.write('{"type": "progress", "percent": 25, "message": "a quarter ⧗"}\n');
    const timer = setInterval(() => {
      if (!existsSync(mark)) return;
      clearInterval(timer);
      process.stdout.write('{"done": true}');
    }, 20);
  },
  hang: () => void setInterval(() => appendFileSync(mark, '.'), 20),
  die: () => {
    process.stderr.write('my last words\n');
    process.kill(process.pid, 'SIGKILL');
  },
  rubbish: () => process.stdout.write('%%% not an answer'),
  huge: () => process.stdout.write(JSON.stringify({ text: 'ä'.repeat(bytes / 2) })),
};
acts[act]();
