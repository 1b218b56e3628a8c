/** What a command of the `workflow` program is. */
import type { Config } from '../config.ts';
import type { Logger } from '../lib/logger.ts';
import type { FoundStation } from '../station/find-station.ts';
import type { Failure } from './failure-shape.ts';
import type { Output } from './output.ts';

export interface CliCommand {
  /** Options of its own; those of every command are added. */
  readonly options: OptionTable;
  /** Words after the command's name. */
  readonly words: { readonly least: number; readonly most: number };
  /** True when options are not known before the workflow is (`start`). */
  readonly open?: boolean;
  run(context: CliContext): Promise<Outcome>;
}

export type OptionTable = Readonly<Record<string, OptionKind>>;

interface OptionKind {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
}

/** An exit code, or what went wrong. */
export type Outcome = number | Failure;

export interface CliContext {
  readonly words: readonly string[];
  /** Arguments after the command's name, as typed. */
  readonly args: readonly string[];
  readonly usage: string;
  /** Value of a text option, or null. */
  text(name: string): string | null;
  flag(name: string): boolean;
  readonly output: Output;
  readonly config: Config;
  readonly logger: Logger;
  /** The station meant. @throws StationNotFoundError */
  station(): FoundStation;
}
