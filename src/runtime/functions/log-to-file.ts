import type { Json } from '../../lib/json.ts';
import { isoTime, siriusTime } from '../../lib/sirius.ts';
import { failureOf, textOr } from './failure.ts';
import type { FunctionContext } from './context.ts';

/** Appends one line on the failure to `file` (default `.3ox/incidents/incidents.log`); a line is written once per run. */
export const logToFile = async (context: FunctionContext): Promise<Json> => {
  const { input, run, workspace, clock } = context;
  const failure = failureOf(run);
  const file = textOr(input['file'] ?? input['log_file'], '.3ox/incidents/incidents.log');
  const message = textOr(input['message'], `${failure.task}: ${failure.reason}`);
  const mark = `[${run.id}]`;
  const present = await workspace.read(file);
  if (present === null || !present.includes(mark)) {
    const now = clock.now();
    await workspace.appendLine(
      file,
      `${siriusTime(now)} ${isoTime(now)} ${failure.workflow} ${failure.run} ${failure.status} ${oneLine(message)} ${mark}`,
    );
  }
  return { file };
};

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();
