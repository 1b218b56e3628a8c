/**
 * What a chat verb is: what a person may say, what it asks of the engine, how it answers.
 * Commands answer with data; how it looks is the face's business.
 */
import type { CommandLine } from '../grammar/command/model.ts';
import type { Diagnostic } from '../grammar/diagnostic.ts';
import type { Json } from '../src/lib/json.ts';
import type { Rejection } from '../src/engine/commands.ts';
import type { RecordedEvent } from '../src/engine/events.ts';
import type { RunLine, RunView, WhyView } from '../src/engine/view.types.ts';
import type { Engine, Identity } from '../src/runtime/engine.ts';

export interface Command {
  readonly verb: string;
  readonly summary: string;
  /** What to type after the prefix. */
  readonly usage: string;
  /** Keys it takes besides a workflow's inputs; for completion and for typos. */
  readonly keys?: readonly string[];
  /** Flags it takes: `--flag word` is the flag and a word, not a key with a value. */
  readonly flags?: readonly string[];
  /** What its first word stands for, for completion. */
  readonly completes?: 'run' | 'workflow';
  run(request: CommandRequest): Promise<Reply>;
}

/** One line a person typed, with everything that is known about it. */
export interface CommandRequest {
  readonly line: CommandLine;
  readonly identity: Identity;
  readonly engine: Engine;
  /** How the bot is addressed here, such as `@workflow`. */
  readonly prefix: string;
  /** Idempotency key for starting a run, or null. */
  readonly key: string | null;
  /** Where it was asked for; kept with the run. */
  readonly origin: Json;
  /** Run whose message this one answers, or null. */
  readonly replyTo: string | null;
  readonly attachments: readonly Attachment[];
  /** ms since the epoch. */
  readonly now: number;
  readonly sources: CommandSources;
}

/** A file that came with the line. */
export interface Attachment {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** @throws Error when it cannot be fetched. */
  text(): Promise<string>;
}

/** What commands may look at besides the engine. */
export interface CommandSources {
  /** Text of a station file, or null. */
  readReceipt(path: string): Promise<string | null>;
  /** Health of the agents; null where nobody knows. */
  readonly agents: (() => Promise<readonly AgentLine[]>) | null;
}

/** One agent for `agents`. */
export interface AgentLine {
  readonly icon: string;
  readonly name: string;
  /** Such as `up · command · 2 waiting, 1 running`. */
  readonly summary: string;
  /** What is wrong and what to do, a line each. */
  readonly notes: readonly string[];
}

/** What a person is answered. */
export type Reply =
  /** Nothing to say: the live card or another message says it. */
  | { readonly type: 'started'; readonly view: RunView; readonly duplicate: boolean }
  | { readonly type: 'text'; readonly lines: readonly ReplyLine[] }
  | { readonly type: 'mistake'; readonly mistake: Mistake }
  | { readonly type: 'refused'; readonly rejection: Rejection }
  | { readonly type: 'run'; readonly view: RunView }
  | { readonly type: 'runs'; readonly heading: string; readonly runs: readonly RunLine[] }
  | { readonly type: 'why'; readonly handle: string; readonly why: WhyView }
  | { readonly type: 'log'; readonly handle: string; readonly events: readonly RecordedEvent[] }
  | {
      readonly type: 'file';
      readonly lines: readonly ReplyLine[];
      readonly name: string;
      readonly data: string;
    };

/** A line of an answer; `code` parts are shown as something to type or paste. */
export type ReplyLine = readonly (
  string | { readonly type: 'code' | 'strong' | 'dim'; readonly text: string }
)[];

/** What is wrong with a line. */
export interface Mistake {
  readonly source: string;
  /** All mistakes, in the order of the text. */
  readonly problems: readonly Diagnostic[];
  /** The line with every mistake mended, when there is exactly one way. */
  readonly corrected: string | null;
  /** Texts of the line that are not to be repeated: values of secret inputs. */
  readonly conceal: readonly string[];
}
