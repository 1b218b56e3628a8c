import { diagnose, excerpt } from '../diagnose.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Argument } from './model.ts';

/** Keys given twice with different values; `+=` may repeat, and so may the same value. */
export const findDuplicates = (text: string, args: readonly Argument[]): readonly Diagnostic[] => {
  if (allDifferent(args)) return NONE;
  const first = new Map<string, Argument>();
  const problems: Diagnostic[] = [];
  for (const argument of args) {
    if (argument.op === 'append' || argument.style === 'option') continue;
    const earlier = first.get(argument.key);
    if (earlier === undefined) first.set(argument.key, argument);
    else if (!sameValue(earlier, argument)) {
      const [a, b] = [shown(text, earlier), shown(text, argument)];
      const message = `${argument.key} is given twice: ${a} and ${b}`;
      problems.push(diagnose('CMD105', argument.span, message, { expected: [a, b] }));
    }
  }
  return problems;
};

const NONE: readonly Diagnostic[] = [];

function sameValue(a: Argument, b: Argument): boolean {
  if (a.value.type === 'text' && b.value.type === 'text') return a.value.text === b.value.text;
  return JSON.stringify(a.value) === JSON.stringify(b.value);
}

function shown(text: string, argument: Argument): string {
  return excerpt(text.slice(argument.valueSpan.start, argument.valueSpan.end));
}

/** The usual case without a map; long lines always go through the map. */
function allDifferent(args: readonly Argument[]): boolean {
  if (args.length > 8) return false;
  for (let later = 1; later < args.length; later += 1) {
    const key = args[later]?.key;
    for (let at = 0; at < later; at += 1) if (args[at]?.key === key) return false;
  }
  return true;
}
