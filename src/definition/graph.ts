/** A definition drawn as text. Shows the order the engine follows, routes and forks included. */
import type { TaskDefinition, WorkflowDefinition } from '../engine/definition.ts';
import { graphOf } from '../engine/graph.ts';

/** A Mermaid flowchart; every line comes in the order of the file. */
export const graphMermaid = (definition: WorkflowDefinition): string => {
  const tasks = shownTasks(definition.tasks);
  const nodes = new Map(tasks.map(({ id }, index) => [id, `t${index}`]));
  const lines = tasks.map(
    (task) => `  ${nodes.get(task.id)}${shapeOf(task, mermaidText(labelOf(task)))}`,
  );
  for (const { from, to, label } of linksOf(definition)) {
    const left = nodes.get(from);
    const right = nodes.get(to);
    if (left === undefined || right === undefined) continue;
    lines.push(`  ${left} ${label === null ? '-->' : `-->|"${mermaidText(label)}"|`} ${right}`);
  }
  return `flowchart TD\n${lines.join('\n')}\n`;
};

/** One line per task, what comes before it first, indented by how deep it is nested. */
export const graphAscii = (definition: WorkflowDefinition): string => {
  const links = linksOf(definition);
  const before = new Map<string, string[]>();
  for (const { from, to, label } of links) {
    const text = label === null ? from : `${from} [${label}]`;
    before.set(to, [...(before.get(to) ?? []), text]);
  }
  const rowsOf = (tasks: readonly TaskDefinition[], around: number): readonly string[] =>
    graphOf({ tasks }).order.flatMap(({ task, depth }) => {
      const waits = before.get(task.id);
      const after = waits === undefined ? '' : `  <- ${waits.join(', ')}`;
      const row = `${'  '.repeat(around + depth)}${task.id} (${kindOf(task)})${after}`;
      return [row, ...rowsOf(membersOf(task), around + depth + 1)];
    });
  const rows = rowsOf(definition.tasks, 0);
  return `${definition.id} v${definition.version}\n${rows.map((row) => `  ${row}`).join('\n')}\n`;
};

/** The members of a loop, also of one that is done with each item. */
const membersOf = (task: TaskDefinition): readonly TaskDefinition[] => {
  if (task.type === 'FOR_EACH') return membersOf(task.body);
  return task.type === 'DO_WHILE' ? task.members : NONE;
};

/** One list, because graphs are remembered by their lists. */
const NONE: readonly TaskDefinition[] = [];

/** Every task that is drawn, the members of loops behind their loop. */
const shownTasks = (tasks: readonly TaskDefinition[]): readonly TaskDefinition[] =>
  tasks.flatMap((task) => [task, ...shownTasks(membersOf(task))]);

interface Link {
  readonly from: string;
  readonly to: string;
  readonly label: string | null;
}

const linksOf = (definition: WorkflowDefinition): readonly Link[] => {
  const links = new Map<string, Link>();
  const add = (from: string, to: string, label: string | null): void => {
    const key = `${from}\n${to}`;
    const known = links.get(key);
    const both = [known?.label, label].filter((one) => typeof one === 'string');
    links.set(key, { from, to, label: both.length === 0 ? null : both.join(', ') });
  };
  for (const task of shownTasks(definition.tasks)) {
    for (const { task: member, needs, routers } of graphOf({ tasks: membersOf(task) }).order) {
      if (needs.length + routers.length === 0) add(task.id, member.id, 'each iteration');
    }
    for (const id of task.dependsOn) add(id, task.id, null);
    if (task.type === 'FORK') for (const id of task.branches) add(task.id, id, null);
    if (task.type === 'HUMAN' && task.onTimeout.nextTask !== null) {
      add(task.id, task.onTimeout.nextTask, 'timeout');
    }
    if (task.type !== 'DECISION') continue;
    for (const { key, nextTasks } of task.cases) for (const id of nextTasks) add(task.id, id, key);
    for (const id of task.defaultCase ?? []) add(task.id, id, 'default');
  }
  return [...links.values()];
};

const kindOf = (task: TaskDefinition): string => {
  if (task.type === 'SIMPLE') return task.executor.name;
  if (task.type === 'SUB_WORKFLOW') return `SUB_WORKFLOW ${task.workflow}`;
  return task.type === 'FOR_EACH' ? `FOR_EACH ${kindOf(task.body)}` : task.type;
};

const labelOf = (task: TaskDefinition): string => `${task.id} (${kindOf(task)})`;

const shapeOf = (task: TaskDefinition, label: string): string => {
  switch (task.type) {
    case 'SIMPLE':
    case 'SET_VARIABLE':
      return `["${label}"]`;
    case 'DECISION':
      return `{"${label}"}`;
    case 'HUMAN':
      return `(["${label}"])`;
    case 'WAIT':
      return `(["${label}"])`;
    case 'TERMINATE':
      return `((("${label}")))`;
    case 'FORK':
    case 'JOIN':
    case 'SUB_WORKFLOW':
    case 'FOR_EACH':
    case 'DO_WHILE':
      return `[["${label}"]]`;
  }
};

/** Text inside Mermaid's quotes. */
const mermaidText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\r\n]+/gu, ' ');
