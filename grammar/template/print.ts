import { quote } from '../quotes.ts';
import type { Literal, PathSegment, Template, TemplateOperand } from './model.ts';

/** Writes a template so that parsing gives it back, spans apart. */
export const printTemplate = (template: Template): string => {
  const { parts } = template;
  const printed = parts.map((part, index) =>
    part.type === 'expression'
      ? `\${${printAlternatives(part.alternatives)}}`
      : escapeText(part.text, parts[index + 1]?.type === 'expression'),
  );
  return printed.join('');
};

/** `a.b ?? "none"`, without the braces. */
export const printAlternatives = (alternatives: readonly TemplateOperand[]): string =>
  alternatives
    .map((operand) => (operand.type === 'path' ? operand.path.text : printLiteral(operand.value)))
    .join(' ?? ');

/** Writes a literal; text in double quotes. */
export const printLiteral = (value: Literal): string =>
  typeof value === 'string' ? quote(value) : String(value);

/** The shortest spelling of a path. */
export const printPath = (segments: readonly PathSegment[]): string =>
  segments.map((segment, index) => printSegment(segment, index === 0)).join('');

function printSegment(segment: PathSegment, first: boolean): string {
  if (segment.type === 'index') return `[${segment.index}]`;
  const { key } = segment;
  if (!plainKey.test(key) || (first && reserved.has(key))) return `[${quote(key)}]`;
  return first ? key : `.${key}`;
}

const plainKey = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:-+[\p{L}\p{N}\p{M}_]+)*$/u;
const reserved: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/** Dollars before a `{` are doubled, and so are those that would touch the next expression. */
function escapeText(text: string, beforeExpression: boolean): string {
  const inside = text.replace(/\$+(?=\{)/g, '$&$&');
  return beforeExpression ? inside.replace(/\$+$/, '$&$&') : inside;
}
