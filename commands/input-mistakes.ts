/** The engine's complaints about inputs, shown where the person typed them. */
import { mistakeAt } from './mistake.ts';
import { printValue } from '../grammar/command/print.ts';
import type { GatheredInputs } from './inputs.ts';
import type { MistakeCode } from './mistake.ts';
import type { CommandLine } from '../grammar/command/model.ts';
import type { Diagnostic } from '../grammar/diagnostic.ts';
import type { WorkflowDefinition } from '../src/engine/definition.ts';
import type { InputProblem } from '../src/runtime/engine.ts';

/**
 * A mistake per problem: under the key when the name is wrong, under the value when that is,
 * behind the line when something is missing.
 */
export const inputMistakes = (
  line: CommandLine,
  gathered: GatheredInputs,
  problems: readonly InputProblem[],
  definition: WorkflowDefinition | null,
): readonly Diagnostic[] => {
  const names = definition?.input.map((input) => input.name) ?? [];
  return problems.map((problem) => {
    const place = gathered.places.get(problem.input);
    const { hint, expected } = problem;
    if (place === undefined) {
      const end = { start: line.span.end, end: line.span.end };
      const what = definition?.input.find((input) => input.name === problem.input)?.description;
      const message = problem.message;
      return mistakeAt('CMD203', end, message, {
        hint: hint ?? (typeof what === 'string' ? `${problem.input}: ${what}` : null),
        expected: expected.length > 0 ? expected : [`${problem.input}=…`],
      });
    }
    const known = names.some((name) => name === problem.input);
    const only = expected.length === 1 ? (expected[0] ?? null) : null;
    const code: MistakeCode = known ? 'CMD204' : 'CMD202';
    // A name that is already given cannot be what was meant.
    const free = only !== null && (known || !gathered.places.has(only));
    return mistakeAt(code, known ? place.value : place.key, problem.message, {
      hint,
      expected,
      replacement: place.inline && free && only !== null ? asTyped(only, known) : null,
    });
  });
};

const asTyped = (word: string, isValue: boolean): string =>
  isValue ? printValue({ type: 'text', text: word, quoted: !/^[\w./-]+$/.test(word) }) : word;
