/**
 * Keys that have a meaning on some types of tasks only. On any other they are extra keys: left
 * out of what is checked and converted, with a warning, because the type may be what is wrong.
 */
import type { TaskDefinition } from '../engine/definition.ts';
import type { Report } from './report.ts';
import { child, entryOf } from './yaml/tree.ts';
import type { YamlEntry, YamlNode } from './yaml/tree.ts';

type Type = TaskDefinition['type'];

const KEYS: Readonly<Record<string, readonly Type[]>> = {
  assigned_to: ['SIMPLE'],
  function: ['SIMPLE'],
  timeout: ['SIMPLE', 'WAIT', 'SUB_WORKFLOW', 'FOR_EACH'],
  heartbeat: ['SIMPLE'],
  queue_timeout: ['SIMPLE'],
  retry_policy: ['SIMPLE', 'WAIT', 'SUB_WORKFLOW', 'FOR_EACH'],
  concurrency_key: ['SIMPLE', 'SUB_WORKFLOW', 'FOR_EACH'],
  decision_param: ['DECISION'],
  decision_cases: ['DECISION'],
  default_case: ['DECISION'],
  approval_options: ['HUMAN'],
  approval_timeout: ['HUMAN'],
  notification: ['HUMAN'],
  on_timeout: ['HUMAN'],
  quorum: ['HUMAN'],
  allow_requester: ['HUMAN'],
  reminders: ['HUMAN'],
  tasks: ['FORK', 'DO_WHILE'],
  mode: ['JOIN'],
  workflow: ['SUB_WORKFLOW', 'FOR_EACH'],
  version: ['SUB_WORKFLOW', 'FOR_EACH'],
  items: ['FOR_EACH'],
  as: ['FOR_EACH'],
  item_key: ['FOR_EACH'],
  concurrency: ['FOR_EACH'],
  task: ['FOR_EACH'],
  duration: ['WAIT'],
  until: ['WAIT'],
  signal: ['WAIT'],
  status: ['TERMINATE'],
  reason: ['TERMINATE'],
  variables: ['SET_VARIABLE'],
  while: ['DO_WHILE'],
  max_iterations: ['DO_WHILE'],
};

/** Of a FOR_EACH that names a workflow, these are the child's; with a task they belong to the task. */
const OF_ITEMS = ['timeout', 'retry_policy', 'concurrency_key', 'workflow', 'version'];

/** The map with only those keys of the tasks inside it that mean something there. */
export const withoutIdleKeys = (node: YamlNode, report: Report): YamlNode => {
  if (node.type !== 'map') return node;
  const entries = node.entries.map((entry) => {
    if (entry.key === 'task') return { ...entry, value: taskOf(entry.value, report) };
    if (entry.key !== 'tasks' || entry.value.type !== 'list') return entry;
    const items = entry.value.items.map((item) => taskOf(item, report));
    return { ...entry, value: { ...entry.value, items } };
  });
  return { ...node, entries };
};

const taskOf = (node: YamlNode, report: Report): YamlNode => {
  if (node.type !== 'map') return node;
  const type = textAt(node, 'type') ?? 'SIMPLE';
  const id = textAt(node, 'id') ?? 'the task';
  const perItem = type === 'FOR_EACH' && entryOf(node, 'task') !== null;
  const entries = node.entries.filter((entry) => {
    if (perItem && OF_ITEMS.includes(entry.key)) {
      const hint = `write it under task, in ${id}`;
      return told(
        entry,
        `${entry.key} has no effect on ${id}, a FOR_EACH with a task`,
        hint,
        report,
      );
    }
    if (isMeant(entry.key, type)) return true;
    const hint =
      entry.key === 'timeout' && type === 'HUMAN'
        ? 'write approval_timeout'
        : 'remove it, or change type';
    return told(entry, `${entry.key} has no effect on ${id}, a ${type} task`, hint, report);
  });
  return withoutIdleKeys({ ...node, entries }, report);
};

/** A type that does not exist is reported by itself; its keys are not looked at. */
const isMeant = (key: string, type: string): boolean => {
  const types = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (types === undefined || types.some((known) => known === type)) return true;
  return !Object.values(KEYS).some((known) => known.some((one) => one === type));
};

const told = (entry: YamlEntry, message: string, hint: string, report: Report): false => {
  report.add('DEF509', entry.keySpan, message, { hint });
  return false;
};

const textAt = (node: YamlNode, key: string): string | null => {
  const found = child(node, key);
  return found?.type === 'scalar' && typeof found.value === 'string' ? found.value : null;
};
