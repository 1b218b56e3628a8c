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

  /** Goes to the first row of the edge and clears from there. Returns the rows the prompt had above the cursor. */
  const lift = (): number => {
    const above = isReady ? reader.getCursorPos().rows : 0;
    cursorTo(output, 0);
    const up = shown.length + above;
    if (up > 0) moveCursor(output, 0, -up);
    clearScreenDown(output);
    return above;
  };

  const drop = (above: number): void => {
    for (const row of shown) output.write(`${row}\n`);
    if (!isReady) return;
    // The reader goes up as many rows as its prompt had before it draws it again.
    output.write('\n'.repeat(above));
    reader.prompt(true);
  };

  return {
    print(rows) {
      if (closed) return;
      const above = lift();
      for (const row of rows) output.write(`${row}\n`);
      drop(above);
    },
    live(rows) {
      if (closed) return;
      const room = Math.max(1, (output.rows ?? 24) - 3);
      const next = rows.length > room ? rows.slice(rows.length - room) : rows;
      const above = lift();
      shown = next;
      drop(above);
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
      drop(0);
    },
    close() {
      if (closed) return;
      lift();
      closed = true;
    },
  };
};
