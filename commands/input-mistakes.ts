/** The engine's complaints about inputs, shown where the person typed them. */
import { mistakeAt } from './mistake.ts';
import { suggest } from '../grammar/suggest.ts';
import { printValue } from '../grammar/command/print.ts';
import type { GatheredInputs } from './inputs.ts';
import type { CommandLine } from '../grammar/command/model.ts';
import type { Diagnostic, Span } from '../grammar/diagnostic.ts';
import type { WorkflowDefinition } from '../src/engine/definition.ts';
import type { InputProblem } from '../src/runtime/engine.ts';

/**
 * A mistake per problem: under the key when the name is wrong, under the value when that is,
 * behind the line when something is missing. What is missing only because its name is misspelt
 * is one mistake, not two.
 */
export const inputMistakes = (
  line: CommandLine,
  gathered: GatheredInputs,
  problems: readonly InputProblem[],
  definition: WorkflowDefinition | null,
): readonly Diagnostic[] => {
  const names = definition?.input.map((input) => input.name) ?? [];
  const mended = new Set<string>();
  const misplaced = problems.flatMap((problem) => {
    const place = gathered.places.get(problem.input);
    if (place === undefined) return [];
    const known = names.includes(problem.input);
    const word = known ? typedAt(line, place.value) : problem.input;
    const replacement = place.inline ? onlyOne(word, problem, known, gathered) : null;
    if (!known && replacement !== null) mended.add(replacement);
    const { message, hint, expected } = problem;
    return [
      mistakeAt(known ? 'CMD204' : 'CMD202', known ? place.value : place.key, message, {
        hint,
        expected: replacement === null ? expected : [replacement],
        replacement: replacement !== null && known ? asValue(replacement) : replacement,
      }),
    ];
  });
  const missing = problems.filter(
    (problem) => !gathered.places.has(problem.input) && !mended.has(problem.input),
  );
  return [...misplaced, ...missing.map((problem) => missingMistake(line, problem))];
};

const missingMistake = (line: CommandLine, problem: InputProblem): Diagnostic =>
  mistakeAt('CMD203', { start: line.span.end, end: line.span.end }, problem.message, {
    hint: problem.hint,
    expected: problem.expected.length > 0 ? problem.expected : [`${problem.input}=…`],
  });

/** The one thing that was probably meant; a name that is given already cannot be. */
const onlyOne = (
  word: string,
  { expected }: InputProblem,
  known: boolean,
  gathered: GatheredInputs,
): string | null => {
  const free = known ? expected : expected.filter((name) => !gathered.places.has(name));
  const near = suggest(word, free, 2);
  return near.length === 1 ? (near[0] ?? null) : null;
};

const typedAt = (line: CommandLine, { start, end }: Span): string =>
  line.text.slice(start, end).replace(/^["']|["']$/g, '');

const asValue = (word: string): string =>
  printValue({ type: 'text', text: word, quoted: !/^[\w./-]+$/.test(word) });
