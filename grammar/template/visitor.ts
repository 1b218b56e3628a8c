import type { CstElement, CstNode } from 'chevrotain';
import {
  createExpressionVisitor,
  spanOf,
  type ExpressionReading,
  type Hole,
} from '../expression-visitor.ts';
import type { TemplatePart } from './model.ts';

/** Reads the tree that the rule `template` gave. */
export const readTemplate = (
  tree: CstNode,
  reading: ExpressionReading,
): readonly TemplatePart[] => {
  visitor ??= createVisitor();
  return visitor.visit(tree, reading);
};

let visitor: ReturnType<typeof createVisitor> | undefined;

function createVisitor() {
  class TemplateVisitor extends createExpressionVisitor() {
    template(
      children: { readonly part?: readonly CstElement[] },
      reading: ExpressionReading,
    ): readonly TemplatePart[] {
      const parts: TemplatePart[] = [];
      let text = '';
      let start = 0;
      let end = 0;
      const flush = () => {
        if (text !== '') parts.push({ type: 'text', text, span: { start, end } });
        text = '';
      };
      for (const part of children.part ?? []) {
        if ('children' in part) {
          flush();
          const hole: Hole = this.visit(part, reading);
          parts.push({ type: 'expression', ...hole });
        } else {
          if (text === '') start = part.startOffset;
          const escaped = part.tokenType.name === 'EscapedDollars';
          text += escaped ? part.image.replaceAll('$$', () => '$') : part.image;
          end = spanOf(part).end;
        }
      }
      flush();
      return parts;
    }
  }
  return new TemplateVisitor();
}
