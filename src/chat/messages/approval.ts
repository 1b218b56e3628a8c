/** The messages of a HUMAN task: the question, its outcome, the reminders. */
import { showValue } from '../card/show-value.ts';
import { printActionId, taskMark } from '../action-id.ts';
import { messageOf } from '../message.ts';
import { mentionsOf } from './who.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { LevelMap, Mentions } from './who.ts';
import type { Action, Inline, Line, OutgoingMessage } from '../port.ts';
import type { AttemptView, RunView, TaskView } from '../../engine/view.types.ts';

type Approval = NonNullable<TaskView['approval']>;

/** Options that need a reason: a no, and what sends the work back to somebody. */
export const needsReason = (option: string, details: Approval['details'] = {}): boolean =>
  option === 'REJECT' || option === 'ABORT' || (details[option]?.back_to ?? null) !== null;

/** The open question, with a button per option; mentions who may answer. */
export const questionMessage = (
  view: RunView,
  task: TaskView,
  approval: Approval,
  levels: LevelMap,
): OutgoingMessage => {
  const mentions = mentionsOf(approval.who, levels);
  const attempt = task.attempts.at(-1)?.attempt ?? 1;
  return messageOf({
    text: mentioned(mentions, `${view.handle} waits for a decision`),
    card: {
      title: `⏸ ${task.name} · ${view.workflow.id} · ${view.handle}`,
      tone: 'waiting',
      sections: [
        { heading: 'To judge by', lines: judgeLines(task) },
        { heading: 'Answer', lines: ruleLines(view, approval) },
      ],
      footer: `run ${view.run} · task ${task.id}`,
    },
    actions: rowsOf(
      approval.options.map((option, index) => button(view, task, attempt, option, index)),
    ),
    ping: mentions,
  });
};

/** The question once it is over: what was decided, by whom. No buttons, nobody is pinged. */
export const outcomeMessage = (
  view: RunView,
  task: TaskView,
  attempt: AttemptView,
): OutgoingMessage => ({
  ...messageOf({
    card: {
      title: `${task.name} · ${view.workflow.id} · ${view.handle}`,
      tone: attempt.status === 'COMPLETED' ? 'ok' : 'neutral',
      sections: [{ heading: null, lines: [...judgeLines(task), outcomeLine(task, attempt)] }],
      footer: `run ${view.run} · task ${task.id}`,
    },
  }),
});

/** A nudge while the question is open. */
export const reminderMessage = (
  view: RunView,
  task: TaskView,
  approval: Approval,
  levels: LevelMap,
): OutgoingMessage => {
  const mentions = mentionsOf(approval.who, levels);
  const expiry: Line =
    approval.expires_at === null
      ? []
      : [
          ' It expires ',
          { type: 'time', at: Date.parse(approval.expires_at), style: 'relative' },
          '.',
        ];
  return messageOf({
    text: [
      ...mentioned(
        mentions,
        `reminder: ${task.name} (${view.workflow.id} ${view.handle}) is still open`,
      ),
      [`Options: ${approval.options.join(', ')}.`, ...expiry],
    ],
    ping: mentions,
  });
};

/** Such as `Arc chose PROCEED_ANYWAY: "known gap"`; null when nobody decided. */
export const decisionText = (output: AttemptView['output']): string | null => {
  if (!isJsonObject(output)) return null;
  const { approval_decision: decision, decided_by: by, notes } = output;
  if (typeof decision !== 'string') return null;
  const who = typeof by === 'string' && by !== '' ? `${by} chose ${decision}` : decision;
  return typeof notes === 'string' && notes !== '' ? `${who}: "${showValue(notes, 200)}"` : who;
};

const outcomeLine = (task: TaskView, attempt: AttemptView): Line => {
  const decided = decisionText(attempt.output) ?? decisionText(task.output);
  if (decided !== null) return [{ type: 'strong', text: decided }];
  const why = attempt.error?.message ?? task.reason ?? attempt.status.toLowerCase();
  return [{ type: 'strong', text: `Closed without a decision: ${showValue(why, 200)}` }];
};

const judgeLines = (task: TaskView): readonly Line[] => {
  const entries = Object.entries(task.input ?? {}).filter(([, value]) => value !== null);
  const lines = entries.slice(0, 8).map(([name, value]): Line => {
    const shown = name === 'question' || name === 'message' ? 400 : 160;
    return [`${name}: `, showValue(value, shown)];
  });
  return lines.length === 0 ? [[{ type: 'dim', text: 'no further information' }]] : lines;
};

const ruleLines = (view: RunView, approval: Approval): readonly Line[] => {
  const lines: Line[] = [
    [`Who may answer: ${approval.who === null ? 'everybody' : approval.who.join(', ')}`],
  ];
  if (approval.quorum > 1) {
    const votes = approval.votes.map((vote) => `${vote.by} ${vote.option}`).join(', ');
    const count = `${approval.votes.length} of ${approval.quorum} votes`;
    lines.push([votes === '' ? count : `${count}: ${votes}`]);
  }
  if (approval.expires_at !== null) {
    lines.push([
      'Expires ',
      { type: 'time', at: Date.parse(approval.expires_at), style: 'relative' },
    ]);
  }
  for (const option of approval.options) {
    const { description = null, back_to: back = null } = approval.details[option] ?? {};
    if (description === null && back === null) continue;
    const goes = back === null ? [] : [`sends the work back to ${back}`];
    const said = [...(description === null ? [] : [showValue(description, 160)]), ...goes];
    lines.push([{ type: 'strong', text: option }, `: ${said.join('; ')}`]);
  }
  lines.push([
    { type: 'dim', text: 'Or type: ' },
    { type: 'code', text: typed(view, approval.options) },
  ]);
  return lines;
};

/** What to type instead of pressing a button. */
const typed = (view: RunView, options: readonly string[]): string =>
  options.includes('APPROVE')
    ? `approve ${view.handle}`
    : `choose ${view.handle} ${options[0] ?? 'OPTION'}`;

const mentioned = (mentions: Mentions, text: string): readonly Line[] => {
  const names: Inline[] = [
    ...mentions.roles.map((id) => ({ type: 'role', id }) as const),
    ...mentions.users.map((id) => ({ type: 'user', id }) as const),
  ];
  return [[...names.flatMap((name) => [name, ' ']), text]];
};

const button = (
  view: RunView,
  task: TaskView,
  attempt: number,
  option: string,
  index: number,
): Action => ({
  id: printActionId({
    type: 'choose',
    run: view.run,
    task: taskMark(task.id),
    attempt,
    option: index,
  }),
  label: option,
  style: styleOf(option),
});

const styleOf = (option: string): Action['style'] => {
  if (needsReason(option)) return 'danger';
  return option === 'APPROVE' ? 'success' : 'primary';
};

const rowsOf = (actions: readonly Action[]): readonly (readonly Action[])[] => {
  const rows: (readonly Action[])[] = [];
  for (let start = 0; start < Math.min(actions.length, 25); start += 5) {
    rows.push(actions.slice(start, start + 5));
  }
  return rows;
};
