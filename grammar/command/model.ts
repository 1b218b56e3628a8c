/** What a person typed, as a tree. Offsets in every span count from the start of `CommandLine.text`. */
import type { Span } from '../diagnostic.ts';
import type { Json } from '../json.ts';

/** One addressed message. `args`, `words` and `flags` keep the order in which they were typed. */
export interface CommandLine {
  /** The whole message as it was typed, prefix and greeting included. */
  readonly text: string;
  /** The verb or workflow; null when the message is addressed to us and names neither. */
  readonly head: Word | null;
  /** What stands alone behind the head. */
  readonly words: readonly Word[];
  readonly args: readonly Argument[];
  readonly flags: readonly Flag[];
  readonly block: Block | null;
  /** From the prefix to the last character that belongs to the command. */
  readonly span: Span;
}

/** Text that stands alone, quotes removed. Mentions and `@file` stay as they were typed. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/**
 * A key with a value. Style `assign` is `key=value` or `--key=value`; style `option` is
 * `--key value`, which a command may also mean as a flag and a word (see `resolveOptions`).
 */
export interface Argument {
  readonly key: string;
  readonly keySpan: Span;
  /** `=` sets, `:=` sets to JSON, `+=` appends to a list. */
  readonly op: 'set' | 'json' | 'append';
  readonly style: 'assign' | 'option';
  readonly value: CommandValue;
  readonly valueSpan: Span;
  readonly span: Span;
}

/** `--name` without a value. */
export interface Flag {
  readonly name: string;
  readonly span: Span;
}

/** A fenced block; `text` is what stands between the fences, `textSpan` where. */
export interface Block {
  readonly language: 'yaml' | 'json';
  readonly text: string;
  readonly textSpan: Span;
  readonly span: Span;
}

/** A value as typed: bare text stays text, what it becomes is the workflow's business. */
export type CommandValue =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly type: 'list'; readonly items: readonly CommandValue[] }
  /** JSON or YAML flow source, braces included; its delimiting quotes are plain ones. */
  | { readonly type: 'object'; readonly text: string }
  | { readonly type: 'json'; readonly value: Json }
  | { readonly type: 'file'; readonly name: string }
  | { readonly type: 'mention'; readonly kind: 'user' | 'role'; readonly id: string }
  | { readonly type: 'channel'; readonly id: string };
