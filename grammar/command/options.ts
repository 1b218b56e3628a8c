import type { Diagnostic } from '../diagnostic.ts';
import { findDuplicates } from './duplicates.ts';
import type { Argument, CommandLine, Flag, Word } from './model.ts';

/**
 * Settles `--name value` once it is known which names are flags: those become a flag and a word
 * again (which may become the head), all others become arguments of style `assign`. The problems
 * are keys that turn out to be given twice with different values.
 */
export const resolveOptions = (
  line: CommandLine,
  isFlag: (name: string) => boolean,
): { readonly line: CommandLine; readonly problems: readonly Diagnostic[] } => {
  const args: Argument[] = [];
  const flags: Flag[] = [...line.flags];
  const words: Word[] = [...(line.head === null ? [] : [line.head]), ...line.words];
  for (const argument of line.args) {
    const { value } = argument;
    const splits = argument.style === 'option' && isFlag(argument.key);
    if (splits && (value.type === 'text' || value.type === 'file' || value.type === 'mention')) {
      flags.push({
        name: argument.key,
        span: { start: argument.span.start, end: argument.keySpan.end },
      });
      words.push({ text: wordText(line, argument), span: argument.valueSpan });
    } else args.push({ ...argument, style: 'assign' });
  }
  const [head = null, ...rest] = words.sort(byPosition);
  const settled = { ...line, head, words: rest, args, flags: flags.sort(byPosition) };
  return { line: settled, problems: findDuplicates(line.text, args) };
};

function wordText(line: CommandLine, argument: Argument): string {
  if (argument.value.type === 'text') return argument.value.text;
  return line.text.slice(argument.valueSpan.start, argument.valueSpan.end);
}

function byPosition(a: Word | Flag, b: Word | Flag): number {
  return a.span.start - b.span.start;
}
