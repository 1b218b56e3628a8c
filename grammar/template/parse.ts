/**
 * Owns the reading of templates. `${…}` is a hole. Before a `{`, `$$` stands for one `$`, so
 * `$${x}` is the text `${x}`; anywhere else a dollar is a dollar. Never throws, linear time.
 */
import { grammarParser, tokenize } from '../language.ts';
import { diagnose } from '../diagnose.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { describe, findUnclosed, type ExpressionCodes } from '../expression-problems.ts';
import { spanOf, type ExpressionReading } from '../expression-visitor.ts';
import { HoleClose, HoleOpen } from '../tokens/expression.ts';
import type { Template } from './model.ts';
import { readTemplate } from './visitor.ts';

export type { TemplatePath } from './model.ts';

export type TemplateParse =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Reads a template; a text without holes is one, too. */
export const parseTemplate = (text: string): TemplateParse => {
  if (!text.includes('${')) return { ok: true, template: plain(text) };
  const tokens = tokenize(text, 'text');
  const unclosed = findUnclosed(tokens, codes);
  const parser = grammarParser();
  const problems: Diagnostic[] = [];
  let rest = tokens;
  while (problems.length < MAX_PROBLEMS) {
    parser.input = rest;
    const tree = parser.template();
    const [error] = parser.errors;
    if (error === undefined) {
      const reading: ExpressionReading = { problems, tooLarge: 'TPL105' };
      const parts = readTemplate(tree, reading);
      if (problems.length > 0 || unclosed.length > 0) break;
      return { ok: true, template: { source: text, parts } };
    }
    const at = rest.indexOf(error.token);
    const close =
      at < 0 ? -1 : rest.findIndex((token, index) => index >= at && token.tokenType === HoleClose);
    if (close < 0 && unclosed.length > 0) break;
    const opened = rest[at - 1];
    if (error.token.tokenType === HoleClose && opened?.tokenType === HoleOpen) {
      const span = { start: opened.startOffset, end: spanOf(error.token).end };
      problems.push(diagnose('TPL104', span, 'The template names no value'));
    } else problems.push(describe(error, text.length, codes));
    if (close < 0) break;
    rest = rest.slice(close + 1);
  }
  return { ok: false, problems: [...problems, ...unclosed] };
};

/** Every round reads the rest again, so their number is bounded. */
const MAX_PROBLEMS = 20;

const codes: ExpressionCodes = {
  unexpected: 'TPL101',
  unclosedQuote: 'TPL102',
  unclosedHole: 'TPL103',
};

function plain(text: string): Template {
  if (text === '') return { source: text, parts: [] };
  return { source: text, parts: [{ type: 'text', text, span: { start: 0, end: text.length } }] };
}
