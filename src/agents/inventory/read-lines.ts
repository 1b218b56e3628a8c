/**
 * The lines of a file, read in pieces: a file of any size costs the memory of its longest line.
 * A line ends with its `\n`; a last one without is given as it is.
 * @throws Error for a line longer than 16 MiB, which none of ours is; system errors as they are.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export function* readLines(path: string): Generator<string, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(PIECE);
    let rest = '';
    for (;;) {
      const bytes = readSync(file, buffer, 0, PIECE, null);
      const text = rest + (bytes === 0 ? decoder.end() : decoder.write(buffer.subarray(0, bytes)));
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        yield text.slice(start, end + 1);
        start = end + 1;
      }
      rest = text.slice(start);
      if (bytes === 0) break;
      if (rest.length > LONGEST)
        throw new Error(`${path} has a line of more than ${LONGEST} characters`);
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

const PIECE = 256 * 1024;
const LONGEST = 16 * 1024 * 1024;
