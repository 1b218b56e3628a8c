/**
 * All tasks of a definition, the ones inside loops and FOR_EACH tasks included. Members that a
 * DO_WHILE names among the tasks beside it move into it.
 */
import type { TaskDefinition } from '../../engine/definition.ts';
import type { Report } from '../report.ts';
import { spanAt, type SheetTask } from '../sheet.ts';
import { membersOf, type WrittenTask } from '../written-task.ts';
import { child, itemsOf, type YamlNode } from '../yaml/tree.ts';
import { convertTask, itemTask, typeOf } from './task.ts';

/** A task as it is written, with its place. */
export interface Entry {
  readonly written: WrittenTask;
  readonly node: YamlNode;
}

export interface ConvertedTasks {
  /** Those of the list that are in no loop, as written. */
  readonly tasks: readonly TaskDefinition[];
  /** Every task, a FOR_EACH before its item's, a loop before its members. */
  readonly sheet: readonly SheetTask[];
}

/** Converts a list of tasks; `owner` is the loop or FOR_EACH they are in, or null. */
export const convertTasks = (
  entries: readonly Entry[],
  owner: string | null,
  report: Report,
): ConvertedTasks => {
  const sheet = new Map<Entry, readonly SheetTask[]>();
  const beside = new Map<string, Entry>();
  for (const entry of entries) {
    if (!beside.has(entry.written.id)) beside.set(entry.written.id, entry);
  }
  const open = new Set<Entry>();
  const moved = new Set<Entry>();

  const convert = (entry: Entry, inside: string | null): TaskDefinition => {
    open.add(entry);
    const { written, node } = entry;
    const rows: SheetTask[] = [];
    const members = typeOf(written) === 'DO_WHILE' ? convertMembers(entry, rows) : [];
    const body = typeOf(written) === 'FOR_EACH' ? convertBody(entry, rows, report) : null;
    const plain = convertTask(written, node, { body, members }, report);
    // A member of a loop begins with the loop, whether it says so or not.
    const definition = {
      ...plain,
      dependsOn: plain.dependsOn.filter((id) => id !== inside),
    };
    const span = spanAt(node, ['id'], node.span);
    sheet.set(entry, [{ definition, written, node, span, owner: inside, item: false }, ...rows]);
    open.delete(entry);
    return definition;
  };

  const convertMembers = ({ written, node }: Entry, rows: SheetTask[]): TaskDefinition[] => {
    const nodes = itemsOf(child(node, 'tasks'));
    const inline = membersOf(written.tasks).flatMap((member, index): readonly Entry[] => {
      const at = nodes[index];
      return typeof member === 'string' || at === undefined ? [] : [{ written: member, node: at }];
    });
    const inner = convertTasks(inline, written.id, report);
    rows.push(...inner.sheet);
    const named = membersOf(written.tasks).flatMap((member, index) => {
      const at = nodes[index];
      if (typeof member !== 'string' || at === undefined) return [];
      const entry = beside.get(member);
      // One that does not exist is reported with the other references.
      if (entry === undefined) return [];
      if (moved.has(entry) || open.has(entry)) {
        const why = open.has(entry) ? 'contains this loop' : 'is in a loop already';
        report.add('DEF210', at.span, `${written.id} cannot contain ${member}: it ${why}`);
        return [];
      }
      moved.add(entry);
      const definition = convert(entry, written.id);
      rows.push(...(sheet.get(entry) ?? []));
      return [definition];
    });
    return [...named, ...inner.tasks];
  };

  // Loops come first: what they name is theirs, wherever it stands in the list.
  const loops = entries.filter(({ written }) => typeOf(written) === 'DO_WHILE');
  const named = new Set(
    loops.flatMap(({ written }) =>
      membersOf(written.tasks).filter((member) => member !== written.id),
    ),
  );
  const converted = new Map<Entry, TaskDefinition>();
  const outer = loops.filter(({ written }) => !named.has(written.id));
  for (const entry of [...outer, ...entries]) {
    if (!moved.has(entry) && !converted.has(entry)) converted.set(entry, convert(entry, owner));
  }
  const top = entries.filter((entry) => !moved.has(entry));
  return {
    tasks: top.flatMap((entry) => converted.get(entry) ?? []),
    sheet: top.flatMap((entry) => sheet.get(entry) ?? []),
  };
};

/** What a FOR_EACH does with an item: its `task`, or the workflow that it names. */
const convertBody = (
  { written, node }: Entry,
  rows: SheetTask[],
  report: Report,
): TaskDefinition => {
  const { id, task } = written;
  const inner = child(node, 'task');
  if (task === null || task === undefined || inner === null) {
    const own = itemTask(written);
    return convertTask(own, withKeys(node, Object.keys(own)), NOTHING_INSIDE, report);
  }
  const entry = { written: { ...task, id }, node: inner };
  const { tasks, sheet } = convertTasks([entry], id, report);
  rows.push(...sheet.map((row) => (row.node === inner ? { ...row, item: true } : row)));
  const [body] = tasks;
  return body === undefined ? convertTask(entry.written, inner, NOTHING_INSIDE, report) : body;
};

const NOTHING_INSIDE = { body: null, members: [] };

const withKeys = (node: YamlNode, keys: readonly string[]): YamlNode =>
  node.type === 'map'
    ? { ...node, entries: node.entries.filter(({ key }) => keys.includes(key)) }
    : node;
