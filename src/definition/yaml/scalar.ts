import {
  boolCoreTag,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  SCALAR_STYLE,
} from 'js-yaml';
import type { ScalarEvent, ScalarStyle } from 'js-yaml';
import type { YamlScalar } from './tree.ts';

/** A scalar as a node; `previousEnd` is where an empty one is thought to be. */
export const scalarNode = (source: string, event: ScalarEvent, previousEnd: number): YamlScalar => {
  const style = STYLES[event.style];
  const text = event.valueStart < 0 ? '' : getScalarValue(source, event);
  const forced = event.tagStart >= 0 && source.slice(event.tagStart, event.tagEnd) === '!!str';
  const contentStart = event.valueStart < 0 ? previousEnd : event.valueStart;
  const contentEnd = event.valueStart < 0 ? previousEnd : event.valueEnd;
  const quote = style === 'single' || style === 'double' ? 1 : 0;
  const block = style === 'literal' || style === 'folded';
  const indent = block ? Math.max(event.indent, 0) : 0;
  return {
    type: 'scalar',
    value: style === 'plain' && !forced ? plainValue(text) : text,
    style,
    contentStart,
    contentEnd,
    indent,
    span: {
      start: Math.min(contentStart + indent, contentEnd) - quote,
      end: contentEnd + quote,
    },
  };
};

/** What an unquoted word stands for in YAML 1.2. */
const plainValue = (text: string): YamlScalar['value'] => {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, '');
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
};

const STYLES = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
} as const satisfies Record<ScalarStyle, YamlScalar['style']>;
