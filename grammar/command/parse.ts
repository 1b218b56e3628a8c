/**
 * Owns the reading of chat and CLI lines. Never throws, takes time linear in the length of the
 * text, never rewrites the text before reading it, and reports every mistake of a line at once.
 */
import type { IToken } from 'chevrotain';
import { diagnose } from '../diagnose.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { grammarParser } from '../language.ts';
import { ListClose, ListOpen } from '../tokens/command.ts';
import { readLine } from '../tokens/read-line.ts';
import { findDuplicates } from './duplicates.ts';
import type { CommandLine } from './model.ts';
import { findAddress } from './prefix.ts';
import type { Reading } from './values.ts';
import { readContent } from './visitor.ts';

/**
 * `none`: the message is not for us. `mistake`: it is, with something wrong; `line` is then as
 * much as could be read, or null.
 */
export type CommandParse =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly line: CommandLine }
  | {
      readonly kind: 'mistake';
      readonly problems: readonly Diagnostic[];
      readonly line: CommandLine | null;
    };

export interface CommandParseOptions {
  /** What addresses us: `@workflow`, `<@123>`, `<@!123>`, `<@&456>`. Compared without case. */
  readonly prefixes: readonly string[];
  /** Also read a text without a prefix (console, CLI). */
  readonly prefixOptional?: boolean;
}

/** Longest message that is read, in UTF-16 units. */
const MAX_COMMAND_LENGTH = 1_048_576;

/** Reads one message. */
export const parseCommandLine = (text: string, options: CommandParseOptions): CommandParse => {
  const address = findAddress(text, options.prefixes);
  if (address === null && (options.prefixOptional !== true || text.trim() === '')) {
    return { kind: 'none' };
  }
  const base = address?.end ?? 0;
  if (text.length > MAX_COMMAND_LENGTH) return tooLong(text, base);
  const tokens = readLine(text, base);
  const deep = tooDeep(tokens);
  if (deep !== null) {
    const span = { start: deep, end: deep + 1 };
    const message = `Lists are nested more than ${MAX_DEPTH} deep`;
    return { kind: 'mistake', problems: [diagnose('CMD116', span, message)], line: null };
  }
  const reading: Reading = { text, prefixes: options.prefixes, problems: [] };
  const parser = grammarParser();
  parser.input = tokens;
  const content = readContent(parser.commandLine(), reading);
  const last = tokens.at(-1);
  const end = last === undefined ? base : last.startOffset + last.image.length;
  const { head, words, args, flags, block } = content;
  const span = { start: address === null ? 0 : address.start, end };
  const line: CommandLine = { text, head, words, args, flags, block, span };
  const duplicates = findDuplicates(text, args);
  if (reading.problems.length + duplicates.length === 0) return { kind: 'command', line };
  const problems = [...reading.problems, ...duplicates];
  return { kind: 'mistake', problems: problems.sort((a, b) => a.span.start - b.span.start), line };
};

const MAX_DEPTH = 32;

/** Offset of the bracket that nests too deep: the parser recurses and must not exhaust the stack. */
function tooDeep(tokens: readonly IToken[]): number | null {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === ListOpen) depth += 1;
    else if (token.tokenType === ListClose) depth -= 1;
    if (depth > MAX_DEPTH) return token.startOffset;
  }
  return null;
}

function tooLong(text: string, start: number): CommandParse {
  const message = `The message has ${text.length} characters, ${MAX_COMMAND_LENGTH} are read`;
  const problem = diagnose('CMD117', { start, end: text.length }, message);
  return { kind: 'mistake', problems: [problem], line: null };
}
