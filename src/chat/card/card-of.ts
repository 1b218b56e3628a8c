/**
 * The live card of a run: a pure function of its view, so every network shows the same and a
 * repaint after a restart is the paint that would have been made anyway.
 */
import { foldTasks } from './fold-tasks.ts';
import { elapsed } from './elapsed.ts';
import { showValue } from './show-value.ts';
import { printActionId } from '../action-id.ts';
import { messageOf } from '../message.ts';
import { hasEnded, iconOfRun } from '../status-icons.ts';
import type { Action, Card, Inline, Line, OutgoingMessage } from '../port.ts';
import type { RunView } from '../../engine/view.types.ts';

/** The card as it is at `now` (ms). Buttons only while the run can be acted on. */
export const cardOf = (view: RunView, now: number): OutgoingMessage => ({
  ...messageOf({ card: runCard(view, now), actions: [buttonsOf(view)] }),
  ...(hasEnded(view) ? {} : { live: true }),
});

/** The card without buttons, for replies such as `status 7F3K`. */
export const runCard = (view: RunView, now: number): Card => {
  const icon = iconOfRun(view);
  return {
    title: `${icon.icon} ${icon.word} · ${view.workflow.id} · ${view.handle}`,
    tone: icon.tone,
    sections: [
      { heading: null, lines: [headLine(view), ...inputLines(view)] },
      { heading: null, lines: foldTasks(view.tasks, now) },
      { heading: null, lines: [[barOf(view.progress)], ...reasonLines(view)] },
    ],
    footer: `run ${view.run} · ${view.sirius_time}${
      view.generation > 1 ? ` · generation ${view.generation}` : ''
    }`,
  };
};

/** `████░░░░ 3/8`. */
export const barOf = (progress: RunView['progress']): string => {
  const total = Math.max(progress.total, progress.done);
  const full = total === 0 ? 0 : Math.round((progress.done / total) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${progress.done}/${total}`;
};

const BAR = 16;

const headLine = (view: RunView): Line => {
  const started = Date.parse(view.created_at);
  const parts: Inline[] = ['by ', { type: 'strong', text: view.started_by }, ' · '];
  if (view.ended_at === null) {
    return [...parts, 'started ', { type: 'time', at: started, style: 'relative' }];
  }
  return [...parts, `took ${elapsed(Date.parse(view.ended_at) - started)}`];
};

/** Inputs, a line each; what a person did not give says so. */
const inputLines = (view: RunView): readonly Line[] => {
  const inputs = Object.entries(view.input).filter(([, value]) => value !== null);
  const lines = inputs.slice(0, MOST_INPUTS).map(([name, value]): Line => {
    const shown: Line = [`${name} = `, { type: 'code', text: showValue(value) }];
    return view.defaulted.includes(name)
      ? [...shown, ' ', { type: 'dim', text: '(default)' }]
      : shown;
  });
  const more = inputs.length - MOST_INPUTS;
  return more > 0 ? [...lines, [{ type: 'dim', text: `… and ${more} more inputs` }]] : lines;
};

const MOST_INPUTS = 8;

const reasonLines = (view: RunView): readonly Line[] => {
  const lines: Line[] = [];
  if (view.reason !== null) lines.push([showValue(view.reason, 200)]);
  const warning = view.warnings.at(-1);
  if (warning !== undefined) {
    const more = view.warnings.length > 1 ? ` (and ${view.warnings.length - 1} more)` : '';
    lines.push([{ type: 'dim', text: `! ${showValue(warning.message, 160)}${more}` }]);
  }
  return lines;
};

const buttonsOf = (view: RunView): readonly Action[] => {
  const button = (
    type: 'cancel' | 'details' | 'logs',
    label: string,
    style: Action['style'],
  ): Action => ({ id: printActionId({ type, run: view.run }), label, style });
  return [
    ...(hasEnded(view) ? [] : [button('cancel', 'Cancel', 'danger')]),
    button('details', 'Details', 'neutral'),
    button('logs', 'Logs', 'neutral'),
  ];
};
