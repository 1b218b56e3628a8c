/** The end of a run: one new reply that mentions only the requester. */
import { createHash } from 'node:crypto';
import { elapsed } from '../card/elapsed.ts';
import { findOutput, rerunLine, showValue } from '../card/show-value.ts';
import { messageOf } from '../message.ts';
import { iconOfRun } from '../status-icons.ts';
import { decisionText } from './approval.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { Json } from '../../lib/json.ts';
import type { Card, Line, OutgoingMessage } from '../port.ts';
import type { RunView } from '../../engine/view.types.ts';

/** What the final reply is made from. */
export interface FinalParts {
  readonly view: RunView;
  /** Text of the receipt's file, or null when there is none. */
  readonly receipt: string | null;
  /** As people write to the bot here, such as `@workflow`. */
  readonly prefix: string;
  /** User id of who asked, or null when it was nobody of this network. */
  readonly requester: string | null;
}

/** Verdict, score, counts, worst violations, who approved, duration, receipt, how to run it again. */
export const finalMessage = ({ view, receipt, prefix, requester }: FinalParts): OutgoingMessage =>
  messageOf({
    text: [
      requester === null
        ? [`${view.workflow.id} ${view.handle} has ended.`]
        : [{ type: 'user', id: requester }, ` ${view.workflow.id} ${view.handle} has ended.`],
    ],
    card: {
      title: titleOf(view),
      tone: toneOf(view),
      sections: [
        { heading: null, lines: factLines(view) },
        ...violationSection(view),
        { heading: null, lines: closingLines(view, receipt, prefix) },
      ],
      footer: `run ${view.run} · ${view.sirius_time}`,
    },
    files: receipt === null ? [] : [{ name: receiptName(view), data: receipt }],
    ping: { users: requester === null ? [] : [requester], roles: [] },
  });

/** Last part of the receipt's path. */
const receiptName = (view: RunView): string => view.receipt?.split('/').at(-1) ?? 'RECEIPT.yaml';

const titleOf = (view: RunView): string => {
  const icon = iconOfRun(view);
  const verdict = findOutput(view, 'compliance_status');
  const word = typeof verdict === 'string' ? ` · ${verdict}` : '';
  return `${icon.icon} ${icon.word}${word} · ${view.workflow.id} · ${view.handle}`;
};

const toneOf = (view: RunView): Card['tone'] => {
  const verdict = findOutput(view, 'compliance_status');
  return view.status === 'COMPLETED' && typeof verdict === 'string' && verdict !== 'PASS'
    ? 'warning'
    : iconOfRun(view).tone;
};

const factLines = (view: RunView): readonly Line[] => {
  const lines: Line[] = [];
  if (view.reason !== null) lines.push([showValue(view.reason, 300)]);
  const score = findOutput(view, 'compliance_score');
  const files = findOutput(view, 'total_files');
  const violations = findOutput(view, 'violations');
  const counts = [
    ...(typeof score === 'number' ? [`score ${score}`] : []),
    ...(typeof files === 'number' ? [`${files} files`] : []),
    ...(Array.isArray(violations) ? [`${violations.length} violations`] : []),
    `${view.progress.done}/${view.progress.total} tasks`,
  ];
  lines.push([counts.join(' · ')]);
  if (view.ended_at !== null) {
    lines.push([`took ${elapsed(Date.parse(view.ended_at) - Date.parse(view.created_at))}`]);
  }
  for (const task of view.tasks.filter((row) => row.type === 'HUMAN')) {
    const decision = decisionText(task.output);
    if (decision !== null) lines.push([`${task.name}: ${decision}`]);
  }
  return lines;
};

/** At most five, the worst first. */
const violationSection = (view: RunView): Card['sections'] => {
  const found = findOutput(view, 'violations');
  if (!Array.isArray(found) || found.length === 0) return [];
  const worst = found.toSorted((a: Json, b: Json) => badness(b) - badness(a)).slice(0, 5);
  const more = found.length - worst.length;
  return [
    {
      heading: more > 0 ? `Violations (worst 5 of ${found.length})` : 'Violations',
      lines: worst.map((violation: Json): Line => [`• ${violationText(violation)}`]),
    },
  ];
};

const SEVERITIES: readonly Json[] = [
  'low',
  'info',
  'warning',
  'medium',
  'error',
  'high',
  'critical',
];

const badness = (violation: Json): number =>
  isJsonObject(violation) ? SEVERITIES.indexOf(violation['severity'] ?? null) : -1;

const violationText = (violation: Json): string => {
  if (!isJsonObject(violation)) return showValue(violation, 160);
  const where = violation['path'] ?? violation['pattern'] ?? null;
  const words = [violation['severity'], violation['message'] ?? violation['kind']]
    .filter((word) => typeof word === 'string')
    .join(': ');
  const place = typeof where === 'string' && !words.includes(where) ? ` (${where})` : '';
  return showValue(`${words}${place}`, 160);
};

const closingLines = (view: RunView, receipt: string | null, prefix: string): readonly Line[] => {
  const again: Line = ['Run it again: ', { type: 'code', text: rerunLine(prefix, view) }];
  if (view.receipt === null) return [again];
  if (receipt === null) return [[`receipt ${view.receipt} (cannot be read now)`], again];
  const hash = createHash('sha256').update(receipt).digest('hex');
  return [[`receipt ${view.receipt}`], ['sha256 ', { type: 'code', text: hash }], again];
};
