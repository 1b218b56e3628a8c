import { elapsed } from '../chat/card/elapsed.ts';
import { iconOfRun } from '../chat/status-icons.ts';
import type { RunLine, RunView } from '../engine/view.types.ts';
import { plainText } from '../lib/display-text.ts';

/** Runs as rows: icon and word, handle, workflow, progress, age, reason. */
export const runTable = (
  runs: readonly (RunLine & Partial<Pick<RunView, 'waiting_for'>>)[],
  now: number,
): readonly string[] => {
  const rows = runs.map((run) => {
    const icon = iconOfRun(run);
    return [
      `${icon.icon} ${icon.word}`,
      run.handle,
      run.workflow,
      `${run.progress.done}/${run.progress.total}`,
      timeOf(run, now),
      plainText(run.started_by),
      plainText(run.reason ?? ''),
    ];
  });
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const timeOf = (run: RunLine, now: number): string => {
  const started = Date.parse(run.created_at);
  return run.ended_at === null
    ? `${elapsed(Math.max(0, now - started))} so far`
    : `took ${elapsed(Date.parse(run.ended_at) - started)}`;
};
