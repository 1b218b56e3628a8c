import { diagnose } from '../diagnose.ts';
import type { ExpressionReading } from '../expression-visitor.ts';
import type { Condition } from './model.ts';
import { checkPattern } from './pattern.ts';

/** A text with `${` in it is meant as a value, and would be compared as it is written. */
export const checkLiteral = (
  literal: Condition & { readonly type: 'literal' },
  reading: ExpressionReading,
): void => {
  if (typeof literal.value !== 'string' || !literal.value.includes('${')) return;
  const whole = /^\$\{[^{}]*\}$/.test(literal.value);
  const message = 'The ${ inside this text is not resolved';
  const replacement = whole ? literal.value : null;
  reading.problems.push(diagnose('CON108', literal.span, message, { replacement }));
};

/** The pattern of `matches`; what stands there instead, or is wrong with it, is reported. */
export const checkPatternOperand = (operand: Condition, reading: ExpressionReading): string => {
  const { span } = operand;
  if (operand.type !== 'literal' || typeof operand.value !== 'string') {
    reading.problems.push(
      diagnose('CON112', span, 'The right side of matches is no text in quotes'),
    );
    return '';
  }
  const problem = checkPattern(operand.value);
  if (problem === null) return operand.value;
  const code = problem.kind === 'invalid' ? 'CON106' : 'CON107';
  const what = problem.kind === 'invalid' ? 'is not valid' : 'could take too long';
  reading.problems.push(diagnose(code, span, `The regular expression ${what}: ${problem.reason}`));
  return operand.value;
};
