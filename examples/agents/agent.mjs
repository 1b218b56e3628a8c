// MY_AGENT: what it does, in a sentence.
//
// The bridge starts this program for each task: the task's input is JSON on stdin, the one JSON
// value on stdout is its output, a line on stderr is a line of the task's log.
//
// Try it: echo '{"name": "Ann"}' | node .3ox/agents/my-agent.mjs
import { text } from 'node:stream/consumers';

function work({ name = 'station' }) {
  if (typeof name !== 'string') {
    throw failure('InputError', `name is ${JSON.stringify(name)}, not a text`, {
      retryable: false,
    });
  }
  progress(50, `greeting ${name}`);
  return { greeting: `Hello, ${name}` };
}

// What is below is the same for every agent in JavaScript.

function failure(type, message, more = {}) {
  return Object.assign(new Error(message), { said: { type, message, ...more } });
}

function progress(percent, message) {
  console.error(JSON.stringify({ type: 'progress', percent, message }));
}

try {
  console.log(JSON.stringify(await work(JSON.parse(await text(process.stdin)))));
} catch (error) {
  // An error without a type becomes an AgentError with the last lines of stderr.
  if (error.said) console.log(JSON.stringify({ error: error.said }));
  else console.error(error);
  process.exitCode = 1;
}
