import { resolveValue } from '../../../grammar/template/evaluate.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { isoTime, siriusTime } from '../../lib/sirius.ts';
import { failureOf, textOr } from './failure.ts';
import type { FunctionContext } from './context.ts';

/**
 * Writes a Markdown incident report from a template file (`template`), or from the built-in
 * one. Templates use the language of definitions over `incident`: `${incident.reason}`.
 */
export const generateIncident = async (context: FunctionContext): Promise<Json> => {
  const { input, run, workspace, clock } = context;
  const failure = failureOf(run);
  const now = clock.now();
  const incident: JsonObject = {
    run: failure.run,
    workflow: failure.workflow,
    status: failure.status,
    reason: failure.reason,
    task: failure.task,
    sirius_time: siriusTime(now),
    created_at: isoTime(now),
    tasks: taskLines(failure.snapshot),
  };
  const file = textOr(input['file'], `.3ox/incidents/INCIDENT.${failure.run}.md`);
  const text = await templateText(input['template'], (path) => workspace.read(path));
  const resolved = resolveValue(text, {
    lookup: (root) => (root === 'incident' ? { found: true, value: incident } : { found: false }),
  });
  if (!resolved.ok)
    throw new Error(`The incident template names ${resolved.path}: ${resolved.reason}`);
  await workspace.write(file, textOf(resolved.value), null);
  return { file };
};

const templateText = async (
  template: Json | undefined,
  read: (path: string) => Promise<string | null>,
): Promise<string> => {
  if (typeof template !== 'string') return BUILT_IN;
  const text = await read(template);
  if (text === null) throw new Error(`The incident template ${template} does not exist`);
  return text;
};

const taskLines = (snapshot: JsonObject): string => {
  const { tasks } = snapshot;
  if (!Array.isArray(tasks)) return '';
  return tasks
    .filter(isJsonObject)
    .map((task) => `- ${textOr(task['id'], '?')}: ${textOr(task['status'], '?')}${reasonOf(task)}`)
    .join('\n');
};

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const reasonOf = (task: JsonObject): string =>
  typeof task['reason'] === 'string' ? ` (${task['reason']})` : '';

const BUILT_IN = `# Incident: \${incident.workflow} \${incident.status}

- Run: \${incident.run}
- When: \${incident.sirius_time} (\${incident.created_at})
- Failed task: \${incident.task}
- Reason: \${incident.reason}

## Tasks

\${incident.tasks}
`;
