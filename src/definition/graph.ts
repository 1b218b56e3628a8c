/** A definition drawn as text. Shows the order the engine follows, routes and forks included. */
import type { TaskDefinition, WorkflowDefinition } from '../engine/definition.ts';
import { graphOf } from '../engine/graph.ts';

/** A Mermaid flowchart; every line comes in the order of the file. */
export const graphMermaid = (definition: WorkflowDefinition): string => {
  const nodes = new Map(definition.tasks.map(({ id }, index) => [id, `t${index}`]));
  const lines = definition.tasks.map(
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
  const rows = graphOf(definition).order.map(({ task, depth }) => {
    const waits = before.get(task.id);
    const after = waits === undefined ? '' : `  <- ${waits.join(', ')}`;
    return `${'  '.repeat(depth)}${task.id} (${kindOf(task)})${after}`;
  });
  return `${definition.id} v${definition.version}\n${rows.map((row) => `  ${row}`).join('\n')}\n`;
};

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
  for (const task of definition.tasks) {
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

const kindOf = (task: TaskDefinition): string =>
  task.type === 'SIMPLE' ? task.executor.name : task.type;

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
