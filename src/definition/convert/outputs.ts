import type { OutputDefinition } from '../../engine/definition.ts';
import type { Report } from '../report.ts';
import { scalarsOf, toJson } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { textOf } from './inputs.ts';
import { namedIn } from './named.ts';

/** `output:` of a workflow or a task. What holds a template is a value, anything else describes. */
export const convertOutputs = (
  node: YamlNode | null,
  report: Report,
): readonly OutputDefinition[] =>
  namedIn(node, report).map(({ name, value }) => {
    const computed = scalarsOf(value).some(
      (scalar) => typeof scalar.value === 'string' && scalar.value.includes('${'),
    );
    const json = value === null ? null : toJson(value);
    return {
      name,
      description: computed ? null : textOf(json),
      value: computed ? json : null,
    };
  });
