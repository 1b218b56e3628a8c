/**
 * 3OX documents carry decoration that is not YAML: rune lines above the first key and one
 * below the last value. They are turned into spaces of the same length, so every offset,
 * line and column stays what it is in the file.
 */

/** `text` with the decoration before and after its YAML replaced by spaces. */
export const blankBanner = (text: string): string => {
  const lines = text.split('\n');
  const blank = (index: number): void => {
    lines[index] = (lines[index] ?? '').replace(/[^\r\t\uFEFF]/g, ' ');
  };
  for (const [index, line] of lines.entries()) {
    if (LEADING.test(line)) blank(index);
    else if (!SILENT.test(line)) break;
  }
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    if (TRAILING.test(line)) blank(index);
    else if (!SILENT.test(line)) break;
  }
  return lines.join('\n');
};

/**
 * Decoration begins with `//` or with a sign outside ASCII that is neither letter nor digit.
 * Below the document only unindented lines count: an indented one belongs to a block of text.
 */
const LEADING = /^\uFEFF?[ \t]*(?:\/\/|[^\p{L}\p{N}\p{ASCII}\uFEFF])/u;
const TRAILING = /^(?:\/\/|[^\p{L}\p{N}\p{ASCII}\uFEFF])/u;

/** Empty lines and comments may stand between decoration. */
const SILENT = /^\uFEFF?\s*(?:#.*)?$/;
