import type { Span } from '../diagnostic.ts';
import type { Literal, TemplateOperand, TemplatePath } from '../template/model.ts';

/** A condition or a part of one; what stands beside a comparison has the same type. */
export type Condition =
  | { readonly type: 'and' | 'or'; readonly conditions: readonly Condition[]; readonly span: Span }
  | { readonly type: 'not'; readonly condition: Condition; readonly span: Span }
  | {
      readonly type: 'compare';
      readonly op: CompareOperator;
      readonly left: Condition;
      readonly right: Condition;
      readonly span: Span;
    }
  /** The pattern is known when the condition is read, and checked then. */
  | {
      readonly type: 'matches';
      readonly left: Condition;
      readonly pattern: string;
      readonly patternSpan: Span;
      readonly span: Span;
    }
  | {
      readonly type: 'template';
      readonly alternatives: readonly TemplateOperand[];
      readonly span: Span;
    }
  | { readonly type: 'name'; readonly path: TemplatePath; readonly span: Span }
  | { readonly type: 'literal'; readonly value: Literal; readonly span: Span }
  | { readonly type: 'duration'; readonly ms: number; readonly span: Span }
  | { readonly type: 'list'; readonly items: readonly Condition[]; readonly span: Span };

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'contains';
