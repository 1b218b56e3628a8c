/**
 * Which secrets a definition names. Apart from `secrets.ts`, because reading templates loads the
 * parser, and who only shows runs has no need of it.
 */
import { templatesIn } from '../../grammar/template/evaluate.ts';
import type { JsonObject } from '../lib/json.ts';
import type { TaskDefinition, WorkflowDefinition } from './definition.ts';
import { allTasks } from './plan.ts';
import { SECRET_NAME } from './secrets.ts';

/** Names that the tasks of the definition read as `${secret.NAME}`. */
export const secretNames = (definition: WorkflowDefinition): readonly string[] => {
  const known = namesOf.get(definition);
  if (known !== undefined) return known;
  const names = allTasks(definition).flatMap((task) =>
    inputsOf(task)
      .flatMap((input) => templatesIn(input))
      .flatMap(({ result }) => (result.ok ? result.template.parts.flatMap(namesInPart) : [])),
  );
  const unique = [...new Set(names)];
  namesOf.set(definition, unique);
  return unique;
};

/** True when runs of the definition need a seal. */
export const hasSecrets = (definition: WorkflowDefinition): boolean =>
  definition.input.some(({ secret }) => secret) || secretNames(definition).length > 0;

/** Of a task and of what undoes it. */
const inputsOf = ({ input, compensate }: TaskDefinition): readonly JsonObject[] =>
  compensate === null ? [input] : [input, compensate.input];

const namesOf = new WeakMap<WorkflowDefinition, readonly string[]>();

type Parsed = Extract<ReturnType<typeof templatesIn>[number]['result'], { readonly ok: true }>;

const namesInPart = (part: Parsed['template']['parts'][number]): readonly string[] =>
  part.type === 'text'
    ? []
    : part.alternatives.flatMap((operand) => {
        if (operand.type !== 'path' || operand.path.root !== 'secret') return [];
        const [, second] = operand.path.segments;
        return second?.type === 'key' && SECRET_NAME.test(second.key) ? [second.key] : [];
      });
