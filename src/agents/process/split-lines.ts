/** Bytes as they come, cut into lines. What never ends a line must not fill the memory. */

/** Where the bytes go. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** The bytes are at an end; what is left is a line. */
  end(): void;
}

/** What becomes of lines. */
export interface LineSplitterOptions {
  /** Bytes of the longest line. */
  readonly limit: number;
  readonly onLine: (line: string) => void;
  /** A line is longer; its first `limit` bytes. Called once, nothing comes after it. */
  readonly onTooLong: (start: string) => void;
}

/** Creates a splitter for UTF-8 lines that end in LF or CRLF. Empty lines are left out. */
export const createLineSplitter = (options: LineSplitterOptions): LineSplitter => {
  let parts: Buffer[] = [];
  let size = 0;
  let full = false;

  const line = (end: Buffer): void => {
    const bytes = parts.length === 0 ? end : Buffer.concat([...parts, end]);
    parts = [];
    size = 0;
    const text = bytes
      .toString('utf8')
      .replace(/^\uFEFF/u, '')
      .trimEnd();
    if (text !== '') options.onLine(text);
  };

  return {
    push(chunk) {
      if (full) return;
      let start = 0;
      for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, start)) {
        if (size + at - start > options.limit) break;
        line(chunk.subarray(start, at));
        start = at + 1;
      }
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size <= options.limit) return;
      full = true;
      const begun = Buffer.concat(parts).subarray(0, options.limit).toString('utf8');
      parts = [];
      options.onTooLong(begun);
    },
    end() {
      if (!full) line(Buffer.alloc(0));
    },
  };
};

const LF = 0x0a;
