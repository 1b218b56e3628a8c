/**
 * YAML text to a tree with places. Owns the limits that keep a hostile file from hurting:
 * size, depth, number of aliases and what they expand to; no custom tags, no double keys.
 * Never throws for any text.
 */
import { parseEvents, YAMLException } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { DefinitionCode } from '../codes.ts';
import { blankBanner } from './banner.ts';
import { buildTree } from './build.ts';
import type { ParsedYaml } from './parsed.ts';

/** Bytes (UTF-8) a definition file may have. */
export const LARGEST_FILE = 1024 * 1024;

/** Reads one document; decoration before and after it is skipped. */
export const parseYaml = (text: string): ParsedYaml => {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_FILE) {
    return failed('DEF002', 0, `The file has ${bytes} bytes, ${LARGEST_FILE} are allowed`);
  }
  const source = blankBanner(text);
  let events: readonly Event[];
  try {
    events = parseEvents(source, { maxDepth: 50 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return failed('DEF003', error.mark?.position ?? 0, sentence(error.reason));
  }
  return buildTree(source, events);
};

const failed = (code: DefinitionCode, at: number, message: string): ParsedYaml => ({
  root: null,
  problems: [{ code, span: { start: at, end: at }, message }],
});

const sentence = (reason: string): string => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
