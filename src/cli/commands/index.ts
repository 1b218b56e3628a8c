/** The table of commands. Each is loaded only when it is called. */
import type { CliCommand } from '../cli-command.ts';

export interface CommandEntry {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  load(): Promise<{ readonly command: CliCommand }>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    summary: 'starts a workflow and follows it to its end',
    usage:
      'start <workflow> [key=value | --key value]… [--input FILE] [--version N] [--at TIME] [--idempotency-key KEY] [--on-duplicate return_existing | reject | replace] [--detach] [--no-wait]',
    load: () => import('./start.ts'),
  },
  {
    name: 'run',
    summary: 'starts the workflow in a file',
    usage: 'run <file.workflow.yaml> [\'{"key": value}\'] [--detach] [--no-wait]',
    load: () => import('./run.ts'),
  },
  {
    name: 'serve',
    summary: 'runs the engine, its agents and the configured chat until it is stopped',
    usage: 'serve',
    load: () => import('./serve.ts'),
  },
  {
    name: 'status',
    summary: 'shows a run, or the runs that are under way',
    usage: 'status [<run>]',
    load: () => import('./status.ts'),
  },
  {
    name: 'list',
    summary: 'lists runs, newest first',
    usage: 'list [--status STATE] [--workflow ID*] [--since 24h] [--limit N] [--after RUN]',
    load: () => import('./list.ts'),
  },
  {
    name: 'describe',
    summary: 'says what a workflow does and takes, or lists the workflows',
    usage: 'describe [<workflow>]',
    load: () => import('./describe.ts'),
  },
  {
    name: 'watch',
    summary: 'follows a run',
    usage: 'watch <run> [--no-wait]',
    load: () => import('./watch.ts'),
  },
  {
    name: 'why',
    summary: 'says what a run waits for and what would move it',
    usage: 'why <run>',
    load: () => import('./why.ts'),
  },
  {
    name: 'explain',
    summary: 'says of every task why it is where it is',
    usage: 'explain <run> [<task>]',
    load: () => import('./explain.ts'),
  },
  {
    name: 'pause',
    summary: 'hands out no more work of a run',
    usage: 'pause <run> [--note TEXT] [--dry-run] [--follow]',
    load: () => import('./pause.ts'),
  },
  {
    name: 'resume',
    summary: 'lets a paused run go on',
    usage: 'resume <run> [--note TEXT] [--dry-run] [--follow]',
    load: () => import('./resume.ts'),
  },
  {
    name: 'cancel',
    summary: 'ends a run now',
    usage: 'cancel <run> [--compensate] [--note TEXT] [--dry-run] [--yes] [--follow]',
    load: () => import('./cancel.ts'),
  },
  {
    name: 'retry',
    summary: 'tries again what failed in a run; finished work is kept',
    usage: 'retry <run> [--fresh] [--note TEXT] [--dry-run] [--yes] [--follow]',
    load: () => import('./retry.ts'),
  },
  {
    name: 'rerun',
    summary: 'runs a task and all that follows it again, or the whole run',
    usage:
      'rerun <run> [<task>] [--latest] [--input FILE] [--note TEXT] [--dry-run] [--yes] [--follow]',
    load: () => import('./rerun.ts'),
  },
  {
    name: 'restart',
    summary: 'runs all of a run again',
    usage: 'restart <run> [--latest] [--input FILE] [--note TEXT] [--dry-run] [--yes] [--follow]',
    load: () => import('./restart.ts'),
  },
  {
    name: 'skip',
    summary: 'leaves out a task that has not started; what follows goes on as if it were done',
    usage: 'skip <run> <task> [--output JSON] [--note TEXT] [--dry-run] [--yes] [--follow]',
    load: () => import('./skip.ts'),
  },
  {
    name: 'signal',
    summary: 'lets what waits for a signal go on',
    usage: 'signal <run> <name> [--output JSON] [--note TEXT] [--dry-run] [--follow]',
    load: () => import('./signal.ts'),
  },
  {
    name: 'approve',
    summary: 'says yes to an open question',
    usage: 'approve <run> [<task>] [--note TEXT] [--dry-run] [--follow]',
    load: () => import('./approve.ts'),
  },
  {
    name: 'reject',
    summary: 'says no to an open question',
    usage: 'reject <run> [<task>] [--note TEXT] [--dry-run] [--follow]',
    load: () => import('./reject.ts'),
  },
  {
    name: 'choose',
    summary: 'picks an option of an open question',
    usage: 'choose <run> [<task>] <OPTION> [--note TEXT] [--dry-run] [--follow]',
    load: () => import('./choose.ts'),
  },
  {
    name: 'logs',
    summary: 'shows what happened in a run',
    usage: 'logs <run> [--task ID] [--jsonl]',
    load: () => import('./logs.ts'),
  },
  {
    name: 'receipt verify',
    summary: 'says whether a receipt and the history behind it are untouched',
    usage: 'receipt verify <file | run>',
    load: () => import('./receipt-verify.ts'),
  },
  {
    name: 'manifest verify',
    summary: 'compares a folder with its manifest',
    usage: 'manifest verify <file>',
    load: () => import('./manifest-verify.ts'),
  },
  {
    name: 'audit verify',
    summary: 'checks the whole history, or that of one run',
    usage: 'audit verify [<run>]',
    load: () => import('./audit-verify.ts'),
  },
  {
    name: 'validate',
    summary: 'shows what is wrong in workflow files',
    usage: 'validate [<file | workflow>…] [--format text | github]',
    load: () => import('./validate.ts'),
  },
  {
    name: 'test',
    summary: 'plays the cases of *.test.yaml files on a virtual clock',
    usage: 'test [<file.test.yaml | folder | workflow>…]',
    load: () => import('./test.ts'),
  },
  {
    name: 'import conductor',
    summary: 'turns a Conductor workflow into a definition, and says what did not carry over',
    usage: 'import conductor <file.json> [--output FILE]',
    load: () => import('./import-conductor.ts'),
  },
  {
    name: 'schedules',
    summary: 'shows what is planned, with the next five times',
    usage: 'schedules [<workflow>]',
    load: () => import('./schedules.ts'),
  },
  {
    name: 'graph',
    summary: 'draws the tasks of a workflow',
    usage: 'graph <workflow> [--mermaid | --ascii]',
    load: () => import('./graph.ts'),
  },
  {
    name: 'agents',
    summary: 'shows the agents and how they are',
    usage: 'agents',
    load: () => import('./agents.ts'),
  },
  {
    name: 'agent new',
    summary: 'writes an agent that works, to put your own work into',
    usage: 'agent new <NAME> --kind powershell|python|shell|node',
    load: () => import('./agent-new.ts'),
  },
  {
    name: 'agent run',
    summary: 'works for an agent in this process until it is stopped',
    usage: 'agent run <NAME>',
    load: () => import('./agent-run.ts'),
  },
  {
    name: 'doctor',
    summary: 'looks at everything a station needs, and says what to mend',
    usage: 'doctor',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'repair',
    summary: 'mends what can be mended without losing anything; shows it first',
    usage: 'repair [--dry-run] [--yes]',
    load: () => import('./repair.ts'),
  },
];
