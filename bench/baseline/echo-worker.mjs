// A worker that gives back what it gets: the least that speaks the lines.
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin }).on('line', (text) => {
  const { type, id, payload } = JSON.parse(text);
  if (type === 'task') console.log(JSON.stringify({ type: 'result', id, output: payload }));
});
