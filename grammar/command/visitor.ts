/**
 * From the syntax tree of a command line to a `CommandLine`. The parser accepts everything; what a
 * person cannot mean is found here, all of it in one pass.
 */
import type { CstElement, CstNode, IToken } from 'chevrotain';
import { diagnose } from '../diagnose.ts';
import { grammarParser } from '../language.ts';
import { Assign, Block, JsonText, Option } from '../tokens/command.ts';
import { Comma } from '../tokens/shared.ts';
import { readArgument, readOption, type Located } from './argument.ts';
import { readBlock } from './block.ts';
import type { Argument, CommandLine, CommandValue, Flag, Word } from './model.ts';
import { checkBareWord, commaProblem, glued, misplaced } from './strays.ts';
import { readJson, readScalar, tokenSpan, type Reading } from './values.ts';
import { readWord } from './words.ts';

/** What a line holds, spans in the whole message. */
export type Content = Omit<CommandLine, 'text' | 'span'>;

/** Reads the tree that the rule `commandLine` gave. */
export const readContent = (tree: CstNode, reading: Reading): Content => {
  visitor ??= createVisitor();
  return visitor.visit(tree, reading);
};

interface LineChildren {
  readonly part?: readonly CstElement[];
}
interface ListChildren extends LineChildren {
  readonly open: readonly IToken[];
  readonly close?: readonly IToken[];
}

let visitor: ReturnType<typeof createVisitor> | undefined;

function createVisitor() {
  class CommandVisitor extends grammarParser().getBaseCstVisitorConstructor<Reading>() {
    commandLine(children: LineChildren, reading: Reading): Content {
      const words: Word[] = [];
      const args: Argument[] = [];
      const flags: Flag[] = [];
      let block: Content['block'] = null;
      let end = -1;
      const parts = children.part ?? [];
      for (let index = 0; index < parts.length; index += 1) {
        const part = parts[index];
        if (part === undefined) break;
        let span;
        if ('children' in part) {
          span = this.locate(part, reading).span;
          misplaced('list', span, reading);
        } else if (part.tokenType === Assign || part.tokenType === Option) {
          const next = valueBehind(parts, index);
          const value = next === null ? null : this.locate(next, reading);
          if (value !== null) index += 1;
          const entry: Argument | Flag =
            part.tokenType === Assign
              ? readArgument(part, value, reading)
              : readOption(part, value);
          span = entry.span;
          if ('key' in entry) args.push(entry);
          else flags.push(entry);
        } else if (part.tokenType === Block) {
          span = tokenSpan(part);
          block = readBlock(part, block, reading);
        } else {
          span = tokenSpan(part);
          checkBareWord(part, span, parts[index - 1], parts[index + 1], reading);
          const word = readWord(part, span, reading);
          if (word !== null) words.push(word);
        }
        if (span.start === end) glued(span, reading);
        end = span.end;
      }
      const head = words.shift() ?? null;
      return { head, words, args, flags, block };
    }

    list(children: ListChildren, reading: Reading): Located {
      const items: CommandValue[] = [];
      const start = children.open[0]?.startOffset ?? 0;
      let end = start + 1;
      let last: 'open' | 'item' | 'comma' = 'open';
      for (const part of children.part ?? []) {
        if ('image' in part && part.tokenType === Comma) {
          const span = tokenSpan(part);
          if (last !== 'item') commaProblem('There is no item before this comma', span, reading);
          last = 'comma';
          end = span.end;
        } else {
          const { value, span } = this.locate(part, reading);
          if (last === 'item') commaProblem('A comma is missing before this item', span, reading);
          items.push(value);
          last = 'item';
          end = span.end;
        }
      }
      const close = children.close?.[0];
      if (close === undefined) reading.problems.push(unclosedList(start));
      else end = close.startOffset + 1;
      return { value: { type: 'list', items }, span: { start, end } };
    }

    locate(element: CstElement, reading: Reading): Located {
      if ('children' in element) return this.visit(element, reading);
      const read = element.tokenType === JsonText ? readJson : readScalar;
      return { value: read(element, reading), span: tokenSpan(element) };
    }
  }
  return new CommandVisitor();
}

/** The value that the parser took together with the key at `index`. */
function valueBehind(parts: readonly CstElement[], index: number): CstElement | null {
  const next = parts[index + 1];
  if (next === undefined || 'children' in next) return next ?? null;
  const { tokenType } = next;
  return tokenType === Assign || tokenType === Option || tokenType === Block ? null : next;
}

function unclosedList(start: number) {
  const message = 'The list opened by [ is never closed';
  return diagnose('CMD102', { start, end: start + 1 }, message, { expected: [']'] });
}
