import { formatDuration } from '../duration.ts';
import { never } from '../never.ts';
import { quote } from '../quotes.ts';
import { printAlternatives, printLiteral } from '../template/print.ts';
import type { Condition } from './model.ts';

/** Writes a condition so that parsing gives it back, spans apart. */
export const printCondition = (condition: Condition): string => {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.conditions.map(printJoined).join(` ${condition.type} `);
    case 'not':
      return `not ${printJoined(condition.condition)}`;
    case 'compare':
      return `${printOperand(condition.left)} ${condition.op} ${printOperand(condition.right)}`;
    case 'matches':
      return `${printOperand(condition.left)} matches ${quote(condition.pattern)}`;
    case 'template':
      return `\${${printAlternatives(condition.alternatives)}}`;
    case 'name':
      return condition.path.text;
    case 'literal':
      return printLiteral(condition.value);
    case 'duration':
      return formatDuration(condition.ms);
    case 'list':
      return `[${condition.items.map(printOperand).join(', ')}]`;
    default:
      return never(condition);
  }
};

/** Beside `and`, `or` and `not`: only a junction needs brackets. */
function printJoined(condition: Condition): string {
  const brackets = condition.type === 'and' || condition.type === 'or';
  return brackets ? `(${printCondition(condition)})` : printCondition(condition);
}

/** Beside an operator or in a list: everything that is not one value needs brackets. */
function printOperand(condition: Condition): string {
  switch (condition.type) {
    case 'and':
    case 'or':
    case 'not':
    case 'compare':
    case 'matches':
      return `(${printCondition(condition)})`;
    default:
      return printCondition(condition);
  }
}
