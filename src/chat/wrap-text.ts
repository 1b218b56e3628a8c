/** Text fitted to a width in display columns. */
import { clusters, displayWidth } from '../../grammar/caret.ts';

/** `text` in rows of at most `width` columns, broken at spaces; later rows keep its indentation. */
export const wrapText = (text: string, width: number): readonly string[] => {
  if (displayWidth(text) <= width) return [text];
  const indent = /^[\s\u2003]*/.exec(text)?.[0] ?? '';
  const rows: string[] = [];
  let row = '';
  for (const word of text.trimStart().split(' ')) {
    const longer = row === '' ? `${indent}${word}` : `${row} ${word}`;
    if (row !== '' && displayWidth(longer) > width) {
      rows.push(row);
      row = `${indent}${word}`;
    } else {
      row = longer;
    }
    while (displayWidth(row) > width && width > displayWidth(indent) + 1) {
      const head = takeWidth(row, width);
      rows.push(head);
      row = `${indent}${row.slice(head.length)}`;
    }
  }
  return row.trim() === '' ? rows : [...rows, row];
};

/** `text`, or as much of it as fits with an ellipsis. */
export const cutWidth = (text: string, width: number): string =>
  displayWidth(text) <= width ? text : `${takeWidth(text, Math.max(0, width - 1))}…`;

const takeWidth = (text: string, width: number): string => {
  let taken = '';
  let columns = 0;
  for (const cluster of clusters(text)) {
    columns += displayWidth(cluster);
    if (columns > width) break;
    taken += cluster;
  }
  return taken;
};
