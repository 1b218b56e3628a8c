/**
 * A terminal's screen: enough of one to see what a person would see. Lines scroll off the top
 * into `scrollback`; colours are ignored.
 */
export interface Screen {
  write(data: string): void;
  /** Rows on the screen, without trailing blanks, down to the cursor's row. */
  rows(): readonly string[];
  /** Everything ever printed, scrollback first. */
  all(): readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

export const createScreen = (columns: number, height: number): Screen => {
  const scrollback: string[] = [];
  let lines: string[][] = [[]];
  let row = 0;
  let column = 0;

  const line = (): string[] => (lines[row] ??= []);

  const newline = (): void => {
    row += 1;
    line();
    if (row < height) return;
    scrollback.push((lines.shift() ?? []).join('').trimEnd());
    row -= 1;
  };

  const control = (count: string, command: string): void => {
    const n = count === '' ? 1 : Number(count.split(';')[0]);
    if (command === 'A') row = Math.max(0, row - n);
    if (command === 'B') row += n;
    if (command === 'C') column += n;
    if (command === 'D') column = Math.max(0, column - n);
    if (command === 'G') column = n - 1;
    if (command === 'J') {
      line().splice(column);
      lines = lines.slice(0, row + 1);
    }
    if (command === 'K') line().splice(column);
  };

  return {
    get cursor() {
      return { row, column };
    },
    write(data) {
      // oxlint-disable-next-line no-control-regex -- what a terminal obeys
      const pattern = /\u001b\[([\d;?]*)([A-Za-z])|([\s\S])/gu;
      for (const [, count, command, character] of data.matchAll(pattern)) {
        if (command !== undefined) control(count ?? '', command);
        else if (character === '\n') {
          newline();
          column = 0;
        } else if (character === '\r') column = 0;
        else if (character !== undefined && character >= ' ') {
          if (column >= columns) {
            newline();
            column = 0;
          }
          while (line().length < column) line().push(' ');
          line()[column] = character;
          column += 1;
        }
      }
    },
    rows: () => lines.map((cells) => cells.join('').trimEnd()),
    all: () => [...scrollback, ...lines.map((cells) => cells.join('').trimEnd())],
  };
};
