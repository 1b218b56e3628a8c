import type { HumanTaskDefinition } from '../../engine/definition.ts';
import type { Report } from '../report.ts';
import { limitOf, listOf } from '../written-parts.ts';
import type { WrittenTask } from '../written-task.ts';
import { child, entryOf } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { namedIn } from './named.ts';

/** What a timeout can do besides choosing an option. */
export const TIMEOUT_ACTIONS = ['ESCALATE', 'FAIL', 'CONTINUE', 'CANCEL'] as const;

type HumanPart = Pick<
  HumanTaskDefinition,
  'options' | 'approvalTimeout' | 'notification' | 'onTimeout' | 'quorum' | 'allowRequester'
>;

/**
 * The question of a HUMAN task. Without a timeout action, nobody answering
 * escalates when there is a task for it, and fails the question otherwise.
 */
export const convertHuman = (written: WrittenTask, node: YamlNode, report: Report): HumanPart => {
  const options = optionsOf(node, report);
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
  };
};

/** Options are names, maps of one name, or maps with `id` or `name`. */
const optionsOf = (node: YamlNode, report: Report): readonly string[] => {
  const written = child(node, 'approval_options');
  const items = written?.type === 'list' ? written.items : written === null ? [] : [written];
  const options = items.flatMap((item) => {
    const named = entryOf(item, 'id') ?? entryOf(item, 'name') ?? entryOf(item, 'option');
    return namedIn(named?.value ?? item, report).map(({ name, span }) => ({ name, span }));
  });
  const seen = new Map<string, string>();
  for (const { name, span } of options) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      report.add('DEF207', span, `The option "${name}" is already there as "${other}"`);
    }
    seen.set(name.toLowerCase(), other ?? name);
  }
  return seen.size === 0 ? ['APPROVE', 'REJECT'] : [...seen.values()];
};

/** The action in the spelling of the options, or of the four actions. */
const spelled = (action: string, options: readonly string[]): string =>
  [...options, ...TIMEOUT_ACTIONS].find((known) => known.toLowerCase() === action.toLowerCase()) ??
  action;
