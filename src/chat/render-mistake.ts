/**
 * A mistake as one short answer: at most three mistakes and eight lines, a caret under what is
 * wrong, what would be accepted, a corrected line to paste.
 */
import { caretLines } from '../../grammar/caret.ts';
import { cut } from '../lib/cut.ts';
import type { Line } from './port.ts';
import type { Mistake } from '../../commands/command.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';

/** Lines of text; a caret picture counts as two. */
export const mistakeLines = (mistake: Mistake): readonly Line[] => {
  const { problems, conceal } = mistake;
  const source = concealed(mistake.source, conceal);
  const corrected = mistake.corrected === null ? null : concealed(mistake.corrected, conceal);
  const shown = problems.slice(0, MOST_MISTAKES);
  const lines = shown.flatMap((problem, index): Line[] => {
    const words = sentence(problem);
    const pictured = shown.length < 3 || index === 0;
    return pictured ? [words, picture(source, problem)] : [words];
  });
  const more = problems.length - shown.length;
  if (more > 0) lines.push([{ type: 'dim', text: `and ${more} more` }]);
  if (corrected !== null && !corrected.includes('\n')) {
    lines.push(['Try: ', { type: 'code', text: cut(corrected, 300) }]);
  }
  return lines;
};

/** As long as before, so that carets stay where they are. */
const concealed = (text: string, conceal: readonly string[]): string =>
  conceal.reduce((shown, secret) => shown.replaceAll(secret, '•'.repeat(secret.length)), text);

const MOST_MISTAKES = 3;

const sentence = (problem: Diagnostic): Line => {
  const { code, message, hint, expected } = problem;
  const list = expected.slice(0, 5).join(', ');
  const covered = expected.length > 0 && expected.every((word) => hint?.includes(word) === true);
  const accepted =
    list === '' || covered ? '' : `; accepted: ${list}${expected.length > 5 ? ', …' : ''}`;
  const advice = hint === null ? '' : ` (${hint})`;
  return [{ type: 'strong', text: code }, ` ${cut(`${message}${advice}${accepted}`, 300)}`];
};

const picture = (source: string, problem: Diagnostic): Line => [
  { type: 'pre', text: caretLines(source, problem.span).join('\n') },
];
