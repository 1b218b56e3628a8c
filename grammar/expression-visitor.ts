/**
 * What conditions and templates have in common, from tree to value: holes, paths, literals.
 * Problems found on the way (numbers too large, unclosed quotes) are collected in the reading.
 */
import type { CstElement, CstNode, IToken } from 'chevrotain';
import type { GrammarCode } from './codes.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import { grammarParser } from './language.ts';
import { readQuoted } from './quotes.ts';
import type { Literal, PathSegment, TemplateOperand, TemplatePath } from './template/model.ts';
import { printPath } from './template/print.ts';
import { DotName, False, Identifier, Null, NumberText, True } from './tokens/expression.ts';

/** One pass over one text, in one of the two languages. */
export interface ExpressionReading {
  readonly problems: Diagnostic[];
  readonly tooLarge: GrammarCode;
}

export interface HoleChildren {
  readonly HoleOpen: readonly IToken[];
  readonly HoleClose: readonly IToken[];
  readonly alternative: readonly CstNode[];
}
interface PathChildren {
  readonly root: readonly IToken[];
  readonly step?: readonly CstNode[];
}
interface StepChildren {
  readonly segment: readonly IToken[];
}
interface LiteralChildren {
  readonly value: readonly IToken[];
}

/** An expression between `${` and `}`. */
export interface Hole {
  readonly alternatives: readonly TemplateOperand[];
  readonly span: Span;
}

/** A literal and where it stands. */
export interface LocatedLiteral {
  readonly type: 'literal';
  readonly value: Literal;
  readonly span: Span;
}

/** The visitor class both languages extend; made on first use, after the parser. */
export const createExpressionVisitor = () => {
  class ExpressionVisitor extends grammarParser().getBaseCstVisitorConstructor<ExpressionReading>() {
    hole(children: HoleChildren, reading: ExpressionReading): Hole {
      const alternatives = children.alternative.map((node): TemplateOperand => {
        if (node.name === 'literal') return this.visit(node, reading);
        const path: TemplatePath = this.visit(node, reading);
        return { type: 'path', path, span: path.span };
      });
      const start = only(children.HoleOpen).startOffset;
      return { alternatives, span: { start, end: only(children.HoleClose).startOffset + 1 } };
    }

    path(children: PathChildren, reading: ExpressionReading): TemplatePath {
      const root = readSegment(only(children.root), reading);
      const steps = (children.step ?? []).map((node): PathSegment => this.visit(node, reading));
      const segments = [root, ...steps];
      const end = segments.at(-1)?.span.end ?? root.span.end;
      const key = root.type === 'key' ? root.key : String(root.index);
      return {
        text: printPath(segments),
        root: key,
        segments,
        span: { start: root.span.start, end },
      };
    }

    name(children: PathChildren, reading: ExpressionReading): TemplatePath {
      return this.path(children, reading);
    }

    step(children: StepChildren, reading: ExpressionReading): PathSegment {
      return readSegment(only(children.segment), reading);
    }

    literal(children: LiteralChildren, reading: ExpressionReading): LocatedLiteral {
      const token = only(children.value);
      return { type: 'literal', value: readLiteral(token, reading), span: spanOf(token) };
    }
  }
  return ExpressionVisitor;
};

/** The span of a token. */
export const spanOf = (token: IToken): Span => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
});

/** The one element a rule always has; its absence is a mistake of the grammar, not of a person. */
export const only = <Element extends CstElement>(elements: readonly Element[]): Element => {
  const [element] = elements;
  if (element === undefined) throw new Error('grammar: a rule gave a node without its token');
  return element;
};

function readSegment(token: IToken, reading: ExpressionReading): PathSegment {
  const span = spanOf(token);
  if (token.tokenType === Identifier) return { type: 'key', key: token.image, span };
  if (token.tokenType === DotName) {
    return {
      type: 'key',
      key: token.image.slice(1),
      span: { start: span.start + 1, end: span.end },
    };
  }
  if (token.tokenType !== NumberText) {
    return { type: 'key', key: readQuoted(token.image).text, span };
  }
  const index = Number(token.image);
  if (!Number.isSafeInteger(index) || index < 0 || Object.is(index, -0)) {
    const message = `${token.image} is no position in a list`;
    reading.problems.push(diagnose(reading.tooLarge, span, message, { hint: 'count from 0' }));
    return { type: 'index', index: 0, span };
  }
  return { type: 'index', index, span };
}

function readLiteral(token: IToken, reading: ExpressionReading): Literal {
  switch (token.tokenType) {
    case True:
      return true;
    case False:
      return false;
    case Null:
      return null;
    case NumberText: {
      const value = Number(token.image);
      if (!Number.isFinite(value)) {
        const message = `The number ${token.image.slice(0, 20)} is too large`;
        reading.problems.push(diagnose(reading.tooLarge, spanOf(token), message));
      }
      return value === 0 ? 0 : value;
    }
    default:
      return readQuoted(token.image).text;
  }
}
