/** A command's answer as a message. */
import { barOf, runCard } from './card/card-of.ts';
import { cut } from '../lib/cut.ts';
import { printActionId } from './action-id.ts';
import { lastLines } from './event-line.ts';
import { messageOf, textMessage } from './message.ts';
import { mistakeLines } from './render-mistake.ts';
import { iconOfRun } from './status-icons.ts';
import type { Line, OutgoingMessage } from './port.ts';
import type { Reply } from '../../commands/command.ts';
import type { RunLine, WhyView } from '../engine/view.types.ts';
import type { Rejection } from '../engine/commands.ts';
import type { RecordedEvent } from '../engine/events.ts';

/**
 * The message for `reply` at `now` (ms), or null when there is nothing to say. `correction` is the
 * token of the *Run corrected* button, or null for none.
 */
export const renderReply = (
  reply: Reply,
  now: number,
  correction: string | null = null,
): OutgoingMessage | null => {
  switch (reply.type) {
    case 'started':
      return null;
    case 'text':
      return messageOf({ text: reply.lines });
    case 'file':
      return messageOf({ text: reply.lines, files: [{ name: reply.name, data: reply.data }] });
    case 'mistake':
      return messageOf({
        text: mistakeLines(reply.mistake),
        actions:
          correction === null
            ? []
            : [
                [
                  {
                    id: printActionId({ type: 'corrected', token: correction }),
                    label: 'Run corrected',
                    style: 'primary',
                  },
                ],
              ],
      });
    case 'refused':
      return refusal(reply.rejection);
    case 'run':
      return messageOf({ card: runCard(reply.view, now) });
    case 'runs':
      return messageOf({
        card: {
          title: reply.heading,
          tone: 'neutral',
          sections: [{ heading: null, lines: runLines(reply.runs) }],
          footer: null,
        },
      });
    case 'why':
      return messageOf({ text: whyLines(reply.handle, reply.why) });
    case 'log':
      return logMessage(reply.handle, reply.events);
  }
};

/** Why something was not done, and what to do about it. */
export const refusal = ({ code, message, hint }: Rejection): OutgoingMessage =>
  textMessage([
    { type: 'strong', text: code },
    ` ${cut(message, 400)}${hint === null ? '' : ` (${cut(hint, 200)})`}`,
  ]);

/** The last that happened in a run and that its agents said. */
export const logMessage = (handle: string, events: readonly RecordedEvent[]): OutgoingMessage => {
  const lines = lastLines(events, { most: 20, characters: 1_700 });
  const text = lines.length === 0 ? 'nothing has happened yet' : lines.join('\n');
  return textMessage(`${handle}, last ${lines.length} lines (UTC):`, [{ type: 'pre', text }]);
};

const runLines = (runs: readonly RunLine[]): readonly Line[] =>
  runs.length === 0
    ? [[{ type: 'dim', text: 'no runs' }]]
    : runs.map((run): Line => {
        const icon = iconOfRun(run);
        const reason = run.reason === null ? '' : ` · ${cut(run.reason, 80)}`;
        return [
          `${icon.icon} ${icon.word} `,
          { type: 'strong', text: run.handle },
          ` ${cut(run.workflow, 40)} ${barOf(run.progress)} · `,
          { type: 'time', at: Date.parse(run.ended_at ?? run.created_at), style: 'relative' },
          ` · ${run.started_by}${reason}`,
        ];
      });

const whyLines = (handle: string, why: WhyView): readonly Line[] =>
  why.waiting.length === 0
    ? [[`${handle} is ${why.status.toLowerCase()} and waits for nothing`]]
    : why.waiting
        .slice(0, 8)
        .map((one): Line => [
          { type: 'strong', text: one.task ?? handle },
          ` waits for ${one.kind}: ${cut(one.detail, 160)} (since `,
          { type: 'time', at: Date.parse(one.since), style: 'relative' },
          ...(one.until === null
            ? []
            : [
                ', until ',
                { type: 'time' as const, at: Date.parse(one.until), style: 'relative' as const },
              ]),
          `). ${cut(one.fix, 160)}`,
        ]);
