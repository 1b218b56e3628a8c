/** The command table: every verb there is, in the order help shows them. */
import { agents } from './agents.ts';
import { approve } from './approve.ts';
import { cancel } from './cancel.ts';
import { canI } from './can-i.ts';
import { choose } from './choose.ts';
import { describe } from './describe.ts';
import { explain } from './explain.ts';
import { helpFor } from './help.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { pause } from './pause.ts';
import { ping } from './ping.ts';
import { receipt } from './receipt.ts';
import { reject } from './reject.ts';
import { rerun } from './rerun.ts';
import { restart } from './restart.ts';
import { resume } from './resume.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { signal } from './signal.ts';
import { skip } from './skip.ts';
import { status } from './status.ts';
import { validate } from './validate.ts';
import { whoami } from './whoami.ts';
import { why } from './why.ts';
import type { Command } from './command.ts';

export const commands: readonly Command[] = [
  run,
  status,
  why,
  explain,
  logs,
  receipt,
  list,
  describe,
  approve,
  reject,
  choose,
  pause,
  resume,
  cancel,
  retry,
  rerun,
  restart,
  skip,
  signal,
  agents,
  validate,
  canI,
  whoami,
  ping,
  helpFor(() => commands),
];
