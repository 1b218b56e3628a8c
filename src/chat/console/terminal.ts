/**
 * The lower edge of a terminal: live lines, then the prompt with what is half typed. Owns the
 * cursor: everything that is printed goes above, and the edge is drawn again below it.
 *
 * Invariant: the cursor is in the prompt whenever nothing is being written; a live line takes
 * exactly one row, so the number of rows to go back is known.
 */
import { cursorTo, clearScreenDown, moveCursor } from 'node:readline';
import { displayWidth } from '../../../grammar/caret.ts';
import type { Interface } from 'node:readline';

/** What of an output stream is needed. */
export type TerminalOutput = NodeJS.WritableStream & {
  readonly columns?: number;
  readonly rows?: number;
};

export interface Terminal {
  /** Prints rows above the edge, for good. */
  print(rows: readonly string[]): void;
  /** Replaces the live rows. */
  live(rows: readonly string[]): void;
  /** Shows the prompt from now on. */
  ready(): void;
  /** Takes the live rows and the prompt away. */
  close(): void;
  /** The prompt was left with Enter: what was typed moves above the live rows. */
  entered(line: string): void;
}

/** Creates the edge for `reader`, which reads from the same terminal. */
export const createTerminal = (output: TerminalOutput, reader: Interface): Terminal => {
  let shown: readonly string[] = [];
  let isReady = false;
  let closed = false;

  /** Goes to the first row of the edge and clears from there. */
  const lift = (): void => {
    const up = shown.length + (isReady ? reader.getCursorPos().rows : 0);
    cursorTo(output, 0);
    if (up > 0) moveCursor(output, 0, -up);
    clearScreenDown(output);
  };

  /**
   * Draws the edge. The prompt is written here, not by the reader, which would go up by the rows
   * it remembers; the cursor ends where the reader believes it is.
   */
  const drop = (): void => {
    for (const row of shown) output.write(`${row}\n`);
    if (!isReady) return;
    const text = `${reader.getPrompt()}${reader.line}`;
    const columns = output.columns ?? 80;
    const width = displayWidth(text);
    // A full last row leaves the cursor on it: the reader counts the next one.
    output.write(width > 0 && width % columns === 0 ? `${text} ` : text);
    const { rows, cols } = reader.getCursorPos();
    cursorTo(output, cols);
    const below = Math.floor(width / columns) - rows;
    if (below > 0) moveCursor(output, 0, -below);
  };

  return {
    print(rows) {
      if (closed) return;
      lift();
      for (const row of rows) output.write(`${row}\n`);
      drop();
    },
    live(rows) {
      if (closed) return;
      const room = Math.max(1, (output.rows ?? 24) - 3);
      const next = rows.length > room ? rows.slice(rows.length - room) : rows;
      lift();
      shown = next;
      drop();
    },
    ready() {
      if (isReady || closed) return;
      isReady = true;
      reader.prompt();
    },
    entered(line) {
      if (closed) return;
      const typed = `${reader.getPrompt()}${line}`;
      const columns = output.columns ?? 80;
      const up = shown.length + Math.floor(displayWidth(typed) / columns) + 1;
      moveCursor(output, 0, -up);
      cursorTo(output, 0);
      clearScreenDown(output);
      output.write(`${typed}\n`);
      drop();
    },
    close() {
      if (closed) return;
      lift();
      closed = true;
    },
  };
};
