/** Cuts what comes from a socket into lines. */
import type { Socket } from 'node:net';

/** Longest line taken, in bytes: a run with large outputs fits, an endless line does not. */
const LONGEST_LINE = 256 * 1024 * 1024;

/** Calls `onLine` for each whole line; destroys the socket when one is too long. */
export const readLines = (socket: Socket, onLine: (line: string) => void): void => {
  let parts: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)]).toString('utf8');
      parts = [];
      length = 0;
      from = end + 1;
      onLine(line);
    }
    const rest = chunk.subarray(from);
    if (rest.length === 0) return;
    parts.push(rest);
    length += rest.length;
    if (length > LONGEST_LINE)
      socket.destroy(new Error(`A line is longer than ${LONGEST_LINE} bytes`));
  });
};
