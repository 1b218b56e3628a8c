/** Many runs of a channel on one message, when a card each would be too many. */
import { barOf } from './card-of.ts';
import { cut } from '../../lib/cut.ts';
import { messageOf } from '../message.ts';
import { hasEnded, iconOfRun } from '../status-icons.ts';
import type { Line, OutgoingMessage } from '../port.ts';
import type { RunView } from '../../engine/view.types.ts';

/** The board of `views`: a line per run that goes on, the ended ones counted. */
export const boardOf = (views: readonly RunView[]): OutgoingMessage => {
  const live = views.filter((view) => !hasEnded(view));
  const ended = views.filter((view) => hasEnded(view));
  const lines: Line[] = live.slice(0, MOST_LINES).map(runLine);
  if (live.length > MOST_LINES) {
    lines.push([{ type: 'dim', text: `… and ${live.length - MOST_LINES} more` }]);
  }
  if (ended.length > 0) lines.push([endedText(ended)]);
  const failed = ended.some((view) => view.status !== 'COMPLETED');
  return {
    ...messageOf({
      card: {
        title: live.length > 0 ? `${live.length} runs` : `${ended.length} runs ended`,
        tone: live.length > 0 ? 'running' : failed ? 'warning' : 'ok',
        sections: [{ heading: null, lines }],
        footer: 'status <handle> shows one of them',
      },
    }),
    ...(live.length > 0 ? { live: true } : {}),
  };
};

const MOST_LINES = 20;

const runLine = (view: RunView): Line => {
  const icon = iconOfRun(view);
  const open = view.tasks.filter((task) => task.status === 'IN_PROGRESS').map((task) => task.name);
  return [
    `${icon.icon} ${icon.word} `,
    { type: 'strong', text: view.handle },
    ` ${cut(view.workflow.id, 40)} ${barOf(view.progress)}`,
    ...(open.length > 0 ? [{ type: 'dim' as const, text: ` ${cut(open.join(', '), 60)}` }] : []),
  ];
};

const endedText = (views: readonly RunView[]): string => {
  const counts = new Map<string, number>();
  for (const view of views) {
    const icon = iconOfRun(view);
    const label = `${icon.icon} ${icon.word}`;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => `${label} ${count}`).join(' · ');
};
