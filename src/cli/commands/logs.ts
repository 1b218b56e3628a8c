import { eventLines } from '../../chat/event-line.ts';
import type { RecordedEvent } from '../../engine/events.ts';
import { isoTime, siriusTime } from '../../lib/sirius.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { oneRun } from '../one-run.ts';

/** One line per event and per line that an agent said; `--jsonl`: one per event with all of its fields. */
export const command: CliCommand = {
  options: { task: { type: 'string' }, jsonl: { type: 'boolean' } },
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const task = context.text('task');
    const events = (await found.reader.events(found.view.run)).filter(
      ({ event }) => task === null || ('task' in event && event.task === task),
    );
    if (context.flag('jsonl')) for (const event of events) output.value(logLine(event));
    else if (output.json) output.value({ schema: 'logs/1', events: events.map(logLine) });
    else output.lines(events.flatMap((event) => eventLines(event)));
    return EXIT.ok;
  },
};

/** The event's own fields behind those that every line has. */
const logLine = ({ seq, at, run, event }: RecordedEvent): Readonly<Record<string, unknown>> => ({
  seq,
  at: isoTime(at),
  sirius_time: siriusTime(at),
  run,
  task: null,
  attempt: null,
  ...event,
});
