/** What *Details* shows: the card, and the last lines that the run's agents said. */
import { joinLogs } from '../../engine/attempt-log.ts';
import type { AttemptLog } from '../../engine/answers.ts';
import type { AttemptView, RunView } from '../../engine/view.types.ts';
import type { Card } from '../port.ts';
import { runCard } from './card-of.ts';

/** The card of `view` at `now` (ms) without buttons; warnings and errors are the last to be left out. */
export const detailsCard = (view: RunView, now: number): Card => {
  const card = runCard(view, now);
  const lines = saidLines(view);
  if (lines.length === 0) return card;
  const text = lines.join('\n');
  const said = { heading: 'Last log lines', lines: [[{ type: 'pre' as const, text }]] };
  return { ...card, sections: [...card.sections, said] };
};

const saidLines = (view: RunView): readonly string[] => {
  const logs = view.tasks.flatMap(({ id, attempts }) => {
    const log = attempts.at(-1)?.log ?? null;
    return log === null ? [] : [ofTask(id, log)];
  });
  const said = joinLogs(
    logs.toSorted((a, b) => lastAt(a) - lastAt(b)),
    IN_CARD,
  );
  if (said === null) return [];
  const lines = said.lines.map(({ level, message }) => `${level} ${message.replace(/\s+/gu, ' ')}`);
  return said.dropped === 0 ? lines : [`… ${said.dropped} more lines`, ...lines];
};

const IN_CARD = { lines: 10, characters: 800, line: 200 };

const ofTask = (task: string, log: NonNullable<AttemptView['log']>): AttemptLog => ({
  dropped: log.dropped,
  lines: log.lines.map(({ level, message, at }) => ({
    level,
    message: `${task}: ${message}`,
    at: at === null ? null : Date.parse(at),
  })),
});

const lastAt = ({ lines }: AttemptLog): number => lines.at(-1)?.at ?? 0;
