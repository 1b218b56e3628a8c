import type { Span } from '../../../grammar/diagnostic.ts';
import type { HumanTaskDefinition, OptionDetails } from '../../engine/definition.ts';
import type { Report } from '../report.ts';
import { limitOf, listOf, msOf } from '../written-parts.ts';
import type { WrittenTask } from '../written-task.ts';
import { child, entryOf } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { namedIn } from './named.ts';

/** What a timeout can do besides choosing an option. */
export const TIMEOUT_ACTIONS = ['ESCALATE', 'FAIL', 'CONTINUE', 'CANCEL'] as const;

type HumanPart = Pick<
  HumanTaskDefinition,
  | 'options'
  | 'approvalTimeout'
  | 'notification'
  | 'onTimeout'
  | 'quorum'
  | 'allowRequester'
  | 'optionDetails'
  | 'reminders'
>;

/**
 * The question of a HUMAN task. Without a timeout action, nobody answering
 * escalates when there is a task for it, and fails the question otherwise.
 */
export const convertHuman = (written: WrittenTask, node: YamlNode, report: Report): HumanPart => {
  const found = writtenOptions(node, report);
  const options = found.length === 0 ? ['APPROVE', 'REJECT'] : found.map(({ name }) => name);
  const onTimeout =
    typeof written.on_timeout === 'string' ? { action: written.on_timeout } : written.on_timeout;
  const nextTask = onTimeout?.next_task;
  return {
    options,
    approvalTimeout: limitOf(written.approval_timeout),
    notification: {
      channels: listOf(written.notification?.channels),
      urgency: written.notification?.urgency ?? 'normal',
    },
    onTimeout: {
      action: spelled(
        onTimeout?.action ?? (typeof nextTask === 'string' ? 'ESCALATE' : 'FAIL'),
        options,
      ),
      nextTask: typeof nextTask === 'string' ? nextTask : null,
    },
    quorum: written.quorum ?? 1,
    allowRequester: written.allow_requester ?? true,
    optionDetails: Object.fromEntries(
      found.flatMap(({ name, details }) => (details === null ? [] : [[name, details]])),
    ),
    reminders: remindersOf(written.reminders),
  };
};

/** An option with what is said about it. */
export interface WrittenOption {
  readonly name: string;
  readonly span: Span;
  readonly details: OptionDetails | null;
  /** The text under `back_to`. */
  readonly back: YamlNode | null;
}

/**
 * Options are names, maps of one name (`REVISE: {back_to: draft, description: …}`, or
 * `REVISE: what it means`), or maps with `id` or `name` beside the same keys. A name given
 * twice is reported and counts once.
 */
export const writtenOptions = (node: YamlNode, report: Report): readonly WrittenOption[] => {
  const written = child(node, 'approval_options');
  const items = written?.type === 'list' ? written.items : written === null ? [] : [written];
  const options = items.flatMap((item) => {
    const own = entryOf(item, 'id') ?? entryOf(item, 'name') ?? entryOf(item, 'option');
    return namedIn(own?.value ?? item, report).map(({ name, span, value }) => {
      const said = own === null ? value : item;
      return { name, span, details: detailsOf(said), back: child(said, 'back_to') };
    });
  });
  const seen = new Map<string, WrittenOption>();
  for (const option of options) {
    const folded = option.name.toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, option);
    else {
      const message = `The option "${option.name}" is already there as "${other.name}"`;
      report.add('DEF207', option.span, message);
    }
  }
  return [...seen.values()];
};

const detailsOf = (said: YamlNode | null): OptionDetails | null => {
  const description = said?.type === 'map' ? textAt(said, 'description') : textValue(said);
  const backTo = textAt(said, 'back_to');
  return description === null && backTo === null ? null : { description, backTo };
};

const textAt = (node: YamlNode | null, key: string): string | null => textValue(child(node, key));

const textValue = (node: YamlNode | null): string | null =>
  node?.type === 'scalar' && typeof node.value === 'string' ? node.value : null;

/** Times after the question: those of a list, one, or one again and again. */
const remindersOf = (written: WrittenTask['reminders']): readonly number[] => {
  if (written === null || written === undefined) return [];
  return [...new Set(timesOf(written))].filter((ms) => ms > 0).sort((a, b) => a - b);
};

const timesOf = (written: NonNullable<WrittenTask['reminders']>): readonly number[] => {
  if (typeof written !== 'object') return [msOf(written) ?? 0];
  if (Array.isArray(written)) return written.map((one) => msOf(one) ?? 0);
  const every = msOf(written.every) ?? 0;
  return Array.from({ length: written.at_most ?? 5 }, (_, index) => every * (index + 1));
};

/** The action in the spelling of the options, or of the four actions. */
const spelled = (action: string, options: readonly string[]): string =>
  [...options, ...TIMEOUT_ACTIONS].find((known) => known.toLowerCase() === action.toLowerCase()) ??
  action;
