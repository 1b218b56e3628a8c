import type { Span } from '../diagnostic.ts';

/** A text with holes: `Report for ${workflow.input.x ?? "nobody"}`. Neighbouring texts are one part. */
export interface Template {
  readonly source: string;
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart =
  | { readonly type: 'text'; readonly text: string; readonly span: Span }
  | {
      readonly type: 'expression';
      /** At least one; the first that is neither missing nor null is taken. */
      readonly alternatives: readonly TemplateOperand[];
      readonly span: Span;
    };

export type TemplateOperand =
  | { readonly type: 'path'; readonly path: TemplatePath; readonly span: Span }
  | { readonly type: 'literal'; readonly value: Literal; readonly span: Span };

/** What can be written out in a template or condition. */
export type Literal = string | number | boolean | null;

/** `a.output.b[0]["c d"]`; the first segment is always a key, the root that a scope looks up. */
export interface TemplatePath {
  /** The path in its shortest spelling. */
  readonly text: string;
  readonly root: string;
  readonly segments: readonly PathSegment[];
  readonly span: Span;
}

export type PathSegment =
  | { readonly type: 'key'; readonly key: string; readonly span: Span }
  | { readonly type: 'index'; readonly index: number; readonly span: Span };
