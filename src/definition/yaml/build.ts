/**
 * From js-yaml's flat events to a tree. Aliases are followed here, under a budget, so what
 * comes out is a plain tree of limited size.
 */
import { EVENT_ID } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { Span } from '../../../grammar/diagnostic.ts';
import type { DefinitionCode } from '../codes.ts';
import { mergeEntries } from './merge.ts';
import type { ParsedYaml, YamlProblem } from './parsed.ts';
import { scalarNode } from './scalar.ts';
import type { YamlEntry, YamlNode, YamlScalar } from './tree.ts';

const MOST_ALIASES = 100;
/** Nodes a document may have once its aliases are followed. */
const MOST_NODES = 100_000;

/** Builds the tree of the only document in `events`. */
export const buildTree = (source: string, events: readonly Event[]): ParsedYaml => {
  const problems: YamlProblem[] = [];
  const anchors = new Map<string, { node: YamlNode; size: number } | null>();
  let next = 0;
  let end = 0;
  let aliases = 0;
  let nodes = 0;

  const report = (code: DefinitionCode, span: Span, message: string): void => {
    problems.push({ code, span, message });
  };

  const read = (): YamlNode | null => {
    const event = events[next];
    if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) {
      return null;
    }
    next += 1;
    const before = nodes;
    nodes += 1;
    if (event.type === EVENT_ID.ALIAS) return readAlias(event);
    checkTag(event);
    const anchor = event.anchorStart < 0 ? null : source.slice(event.anchorStart, event.anchorEnd);
    if (anchor !== null) anchors.set(anchor, null);
    const node =
      event.type === EVENT_ID.SCALAR
        ? readScalar(event)
        : event.type === EVENT_ID.SEQUENCE
          ? readList(event.start)
          : readMap(event.start);
    if (anchor !== null) anchors.set(anchor, { node, size: nodes - before });
    return node;
  };

  const readScalar = (event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): YamlScalar => {
    const node = scalarNode(source, event, end);
    end = Math.max(end, node.span.end);
    if (typeof node.value !== 'number') return node;
    if (!Number.isFinite(node.value)) {
      report('DEF007', node.span, `${source.slice(node.span.start, node.span.end)} is no number`);
    } else if (Number.isInteger(node.value) && !Number.isSafeInteger(node.value)) {
      const written = source.slice(node.span.start, node.span.end);
      report('DEF009', node.span, `${written} is too large for a number and loses digits`);
    }
    return node;
  };

  const readAlias = (event: Extract<Event, { type: typeof EVENT_ID.ALIAS }>): YamlNode => {
    const name = source.slice(event.anchorStart, event.anchorEnd);
    const span = { start: event.anchorStart - 1, end: event.anchorEnd };
    end = span.end;
    aliases += 1;
    const target = anchors.get(name);
    const refuse = (message: string): YamlNode => {
      report('DEF005', span, message);
      return emptyScalar(span);
    };
    if (target === undefined) return refuse(`There is no anchor &${name} before this alias`);
    if (target === null) return refuse(`The alias *${name} stands inside its own value`);
    if (aliases > MOST_ALIASES) return refuse(`The file has more than ${MOST_ALIASES} aliases`);
    if (nodes + target.size > MOST_NODES) return refuse('The aliases expand to too many values');
    nodes += target.size;
    return { ...target.node, span };
  };

  const readList = (start: number): YamlNode => {
    const items: YamlNode[] = [];
    for (let item = read(); item !== null; item = read()) items.push(item);
    next += 1;
    end = Math.max(end, start);
    return { type: 'list', items, span: { start, end } };
  };

  const readMap = (start: number): YamlNode => {
    const entries: YamlEntry[] = [];
    const lines = new Map<string, Span>();
    for (let key = read(); key !== null; key = read()) {
      const value = read() ?? emptyScalar(key.span);
      if (key.type !== 'scalar') {
        report('DEF007', key.span, 'A key must be a single word or text');
        continue;
      }
      const name = keyText(source, key);
      if (lines.has(name)) report('DEF004', key.span, `The key "${name}" is written twice here`);
      else entries.push({ key: name, keySpan: key.span, value });
      lines.set(name, key.span);
    }
    next += 1;
    end = Math.max(end, start);
    return { type: 'map', entries: mergeEntries(entries, report), span: { start, end } };
  };

  const checkTag = (event: { readonly tagStart: number; readonly tagEnd: number }): void => {
    if (event.tagStart < 0) return;
    const tag = source.slice(event.tagStart, event.tagEnd);
    if (KNOWN_TAGS.has(tag)) return;
    report('DEF006', { start: event.tagStart, end: event.tagEnd }, `The tag ${tag} is not known`);
  };

  let root: YamlNode | null = null;
  while (next < events.length) {
    const event = events[next];
    if (event?.type === EVENT_ID.DOCUMENT || event?.type === EVENT_ID.POP) {
      next += 1;
      continue;
    }
    const node = read();
    if (root !== null && node !== null) {
      report('DEF008', node.span, 'The file holds a second YAML document');
      break;
    }
    root = node;
  }
  return { root, problems };
};

const keyText = (source: string, key: YamlScalar): string =>
  typeof key.value === 'string' ? key.value : source.slice(key.contentStart, key.contentEnd);

const emptyScalar = (at: Span): YamlScalar => ({
  type: 'scalar',
  value: null,
  style: 'plain',
  contentStart: at.end,
  contentEnd: at.end,
  indent: 0,
  span: at,
});

const KNOWN_TAGS = new Set(['!!str', '!!map', '!!seq', '!!int', '!!float', '!!bool', '!!null']);
