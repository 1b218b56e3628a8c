/** One definition while it is being checked: as written, as converted, and where everything stands. */
import type { Span } from '../../grammar/diagnostic.ts';
import type { TaskDefinition, WorkflowDefinition } from '../engine/definition.ts';
import type { DeclaredInput } from './convert/inputs.ts';
import type { Report } from './report.ts';
import type { WrittenTask } from './written-task.ts';
import type { WrittenWorkflow } from './written.ts';
import { child, itemsOf } from './yaml/tree.ts';
import type { YamlNode, YamlScalar } from './yaml/tree.ts';

export interface Sheet {
  readonly report: Report;
  readonly written: WrittenWorkflow;
  /** The map under `workflow`, without what has the wrong shape. */
  readonly node: YamlNode;
  /** The same as it stands in the file. */
  readonly original: YamlNode;
  /** The key `workflow` itself, for what is missing. */
  readonly top: Span;
  readonly definition: WorkflowDefinition;
  readonly inputs: readonly DeclaredInput[];
  /** Every task, also those inside loops and FOR_EACH tasks. */
  readonly tasks: readonly SheetTask[];
}

export interface SheetTask {
  /** The DO_WHILE or FOR_EACH that it is in, or null. */
  readonly owner: string | null;
  /** True for what a FOR_EACH does with an item: it has the id of the FOR_EACH. */
  readonly item: boolean;
  readonly definition: TaskDefinition;
  readonly written: WrittenTask;
  readonly node: YamlNode;
  /** The task's id, for what concerns the task as a whole. */
  readonly span: Span;
}

/** The place of a task's key, or the task's own place when it is not written. */
export const keySpan = (task: Pick<SheetTask, 'node' | 'span'>, key: string): Span =>
  task.node.type === 'map'
    ? (task.node.entries.find((entry) => entry.key === key)?.keySpan ?? task.span)
    : task.span;

/** The place of a value below `node`, or `otherwise`. */
export const spanAt = (
  node: YamlNode | null,
  path: readonly (string | number)[],
  otherwise: Span,
): Span => path.reduce<YamlNode | null>(child, node)?.span ?? otherwise;

/** The texts of a list, or a single text. */
export const textsOf = (node: YamlNode | null): readonly (YamlScalar & { value: string })[] =>
  itemsOf(node).flatMap((item) =>
    item.type === 'scalar' && typeof item.value === 'string'
      ? [{ ...item, value: item.value }]
      : [],
  );
