import type { CstNode, IToken } from 'chevrotain';
import { diagnose, excerpt } from '../diagnose.ts';
import type { Span } from '../diagnostic.ts';
import { parseDuration } from '../duration.ts';
import {
  createExpressionVisitor,
  only,
  spanOf,
  type ExpressionReading,
  type Hole,
} from '../expression-visitor.ts';
import type { TemplatePath } from '../template/model.ts';
import { checkLiteral, checkPatternOperand } from './checks.ts';
import type { CompareOperator, Condition } from './model.ts';

/** Reads the tree that the rule `condition` gave. */
export const readCondition = (tree: CstNode, reading: ExpressionReading): Condition => {
  visitor ??= createVisitor();
  return visitor.visit(tree, reading);
};

interface Operands {
  readonly operand: readonly CstNode[];
}
interface Comparison extends Operands {
  readonly operator?: readonly CstNode[];
}
interface Operator {
  readonly negated: Span | null;
  readonly image: string;
  readonly span: Span;
}
interface OperandChildren {
  readonly DurationText?: readonly IToken[];
  readonly name?: readonly CstNode[];
  readonly hole?: readonly CstNode[];
  readonly [rule: string]: readonly (CstNode | IToken)[] | undefined;
}

let visitor: ReturnType<typeof createVisitor> | undefined;

function createVisitor() {
  class ConditionVisitor extends createExpressionVisitor() {
    condition(
      children: { readonly disjunction: CstNode[] },
      reading: ExpressionReading,
    ): Condition {
      return this.visit(children.disjunction, reading);
    }

    disjunction(children: Operands, reading: ExpressionReading): Condition {
      return this.junction('or', children, reading);
    }

    conjunction(children: Operands, reading: ExpressionReading): Condition {
      return this.junction('and', children, reading);
    }

    junction(type: 'and' | 'or', children: Operands, reading: ExpressionReading): Condition {
      const conditions = children.operand.map((node): Condition => this.visit(node, reading));
      const [first] = conditions;
      const last = conditions.at(-1);
      if (first === undefined || last === undefined) throw new Error('grammar: an empty junction');
      if (first === last) return first;
      return { type, conditions, span: { start: first.span.start, end: last.span.end } };
    }

    negation(
      children: { readonly Not?: readonly IToken[]; readonly comparison: CstNode[] },
      reading: ExpressionReading,
    ): Condition {
      let condition: Condition = this.visit(children.comparison, reading);
      const nots = children.Not ?? [];
      for (const token of nots.toReversed()) condition = negate(condition, token.startOffset);
      return condition;
    }

    comparison(children: Comparison, reading: ExpressionReading): Condition {
      const operands = children.operand.map((node): Condition => this.visit(node, reading));
      const operators = (children.operator ?? []).map((node): Operator =>
        this.visit(node, reading),
      );
      const [left, right] = operands;
      const [operator, second] = operators;
      if (left === undefined) throw new Error('grammar: a comparison without an operand');
      if (operator === undefined || right === undefined) return left;
      if (second !== undefined) {
        const message = `${excerpt(operator.image)} and ${excerpt(second.image)} are chained`;
        reading.problems.push(diagnose('CON104', second.span, message));
      }
      const compared = compare(left, operator, right, reading);
      return operator.negated === null ? compared : negate(compared, compared.span.start);
    }

    comparator(
      children: { readonly Not?: readonly IToken[]; readonly Comparator: readonly IToken[] },
      reading: ExpressionReading,
    ): Operator {
      const token = only(children.Comparator);
      const [not] = children.Not ?? [];
      const negated = not === undefined ? null : spanOf(not);
      if (negated !== null && !/^[a-z]/.test(token.image)) {
        const message = `not cannot stand before ${token.image}`;
        reading.problems.push(
          diagnose('CON105', negated, message, { hint: 'put not before the whole comparison' }),
        );
      }
      return { negated, image: token.image, span: spanOf(token) };
    }

    operand(children: OperandChildren, reading: ExpressionReading): Condition {
      const [duration] = children.DurationText ?? [];
      if (duration !== undefined) return readDuration(duration, reading);
      const [name] = children.name ?? [];
      if (name !== undefined) {
        const path: TemplatePath = this.visit(name, reading);
        return { type: 'name', path, span: path.span };
      }
      const [hole] = children.hole ?? [];
      if (hole !== undefined) {
        const read: Hole = this.visit(hole, reading);
        return { type: 'template', ...read };
      }
      const [node] = [
        ...(children['literal'] ?? []),
        ...(children['group'] ?? []),
        ...(children['choices'] ?? []),
      ];
      if (node === undefined || !('children' in node)) throw new Error('grammar: an empty operand');
      const condition: Condition = this.visit(node, reading);
      if (condition.type === 'literal') checkLiteral(condition, reading);
      return condition;
    }

    group(children: { readonly disjunction: CstNode[] }, reading: ExpressionReading): Condition {
      return this.visit(children.disjunction, reading);
    }

    choices(
      children: {
        readonly LBracket: readonly IToken[];
        readonly RBracket: readonly IToken[];
        readonly operand?: readonly CstNode[];
      },
      reading: ExpressionReading,
    ): Condition {
      const items = (children.operand ?? []).map((node): Condition => this.visit(node, reading));
      const start = only(children.LBracket).startOffset;
      const end = only(children.RBracket).startOffset + 1;
      return { type: 'list', items, span: { start, end } };
    }
  }
  return new ConditionVisitor();
}

function negate(condition: Condition, start: number): Condition {
  return { type: 'not', condition, span: { start, end: condition.span.end } };
}

function compare(
  left: Condition,
  operator: Operator,
  right: Condition,
  reading: ExpressionReading,
): Condition {
  const span = { start: left.span.start, end: right.span.end };
  if (operator.image !== 'matches') {
    return { type: 'compare', op: operators[operator.image] ?? '==', left, right, span };
  }
  const pattern = checkPatternOperand(right, reading);
  return { type: 'matches', left, pattern, patternSpan: right.span, span };
}

const operators: Readonly<Record<string, CompareOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  in: 'in',
  contains: 'contains',
};

function readDuration(token: IToken, reading: ExpressionReading): Condition {
  const span = spanOf(token);
  const ms = parseDuration(token.image);
  if (ms === null) {
    const message = `The duration ${excerpt(token.image)} is too large`;
    reading.problems.push(diagnose('CON109', span, message));
  }
  return { type: 'duration', ms: ms ?? 0, span };
}
