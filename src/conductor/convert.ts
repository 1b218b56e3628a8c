/** A Conductor workflow as the text of a definition, and what a person should know about it. */
import { dump } from 'js-yaml';
import type { Json, JsonObject } from '../lib/json.ts';
import { convertFields, type Expressions } from './expressions.ts';
import { optional } from './limits.ts';
import { allTasks, nameTasks, toName } from './names.ts';
import { createNotes, type ImportNote } from './notes.ts';
import type { ConductorWorkflow } from './source.ts';
import { convertSequence } from './tasks.ts';

/** What came of an import. */
export interface Converted {
  readonly id: string;
  /** YAML, ready to be saved as `<id>.workflow.yaml`. */
  readonly text: string;
  readonly notes: readonly ImportNote[];
}

/** Converts a workflow. Everything that is not the same afterwards is in the notes. */
export const convertConductor = (source: ConductorWorkflow): Converted => {
  const notes = createNotes();
  const context: Expressions = {
    names: nameTasks(source.tasks, notes),
    notes,
    inputs: new Map(
      allTasks(source.tasks).map((task) => [task.taskReferenceName, task.inputParameters ?? {}]),
    ),
    usedInputs: new Set(namesIn(source.inputParameters ?? [])),
  };
  const id = toName(source.name);
  if (id !== source.name)
    notes.changed(null, `its id is ${id}: "${source.name}" is not a legal id`);

  // 1. The tasks, and the variables that are set before them.
  const variables = convertFields(source.variables ?? {}, null, context);
  const sets = Object.keys(variables).length > 0;
  const first = { id: 'initial_variables', type: 'SET_VARIABLE', variables };
  const { tasks } = convertSequence(source.tasks, sets ? [first.id] : [], context);

  // 2. What it returns, and what it reads.
  const output = convertFields(source.outputParameters ?? {}, null, context);
  const template = source.inputTemplate ?? {};
  for (const name of Object.keys(template)) context.usedInputs.add(name);
  const inputs = [...context.usedInputs].map((name): Json => ({ [name]: template[name] ?? null }));

  // 3. The rest.
  const failure = source.failureWorkflow ?? '';
  if (failure !== '') {
    notes.changed(
      null,
      'the failure workflow is given workflow_id, reason, failure_status, failed_task and failed_run beside the inputs',
      `import ${failure} too`,
    );
  }
  const workflow: JsonObject = {
    id,
    name: source.description ?? source.name,
    version: Math.max(1, source.version ?? 1),
    ...optional('owner', source.ownerEmail ?? null),
    ...(inputs.length === 0 ? {} : { input: { optional: inputs } }),
    ...(Object.keys(output).length === 0
      ? {}
      : { output: Object.entries(output).map(([name, value]): Json => ({ [name]: value })) }),
    ...limitOf(source),
    ...optional('failure_workflow', failure === '' ? null : toName(failure)),
    tasks: [...(sets ? [first] : []), ...tasks],
  };
  const text = dump({ workflow }, { noRefs: true, lineWidth: 100 });
  return { id, text, notes: notes.list };
};

const limitOf = ({ timeoutSeconds, timeoutPolicy }: ConductorWorkflow): JsonObject =>
  (timeoutSeconds ?? 0) <= 0
    ? {}
    : {
        timeout: `${timeoutSeconds}s`,
        timeout_policy: timeoutPolicy === 'ALERT_ONLY' ? 'ALERT_ONLY' : 'FAIL',
      };

/** Names of inputs; Conductor also allows a map with the name as its key. */
const namesIn = (list: readonly Json[]): readonly string[] =>
  list.flatMap((entry) => {
    if (typeof entry === 'string') return [entry];
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.keys(entry)
      : [];
  });
