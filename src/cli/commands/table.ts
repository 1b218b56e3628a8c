/** The table of commands, as help shows them. */

export interface CommandEntry {
  /** One or two words. */
  readonly name: CommandName;
  readonly summary: string;
  readonly usage: string;
}

export type CommandName = (typeof TABLE)[number]['name'];

const TABLE = [
  {
    name: 'start',
    summary: 'starts a workflow and follows it to its end',
    usage:
      'start <workflow> [key=value | --key value]… [--input FILE] [--version N] [--at TIME] [--idempotency-key KEY] [--on-duplicate return_existing | reject | replace] [--detach] [--no-wait]',
  },
  {
    name: 'run',
    summary: 'starts the workflow in a file',
    usage: 'run <file.workflow.yaml> [\'{"key": value}\'] [--detach] [--no-wait]',
  },
  {
    name: 'serve',
    summary: 'runs the engine, its agents and the configured chat until it is stopped',
    usage: 'serve',
  },
  {
    name: 'status',
    summary: 'shows a run, or the runs that are under way',
    usage: 'status [<run>]',
  },
  {
    name: 'list',
    summary: 'lists runs, newest first',
    usage: 'list [--status STATE] [--workflow ID*] [--since 24h] [--limit N] [--after RUN]',
  },
  {
    name: 'describe',
    summary: 'says what a workflow does and takes, or lists the workflows',
    usage: 'describe [<workflow>]',
  },
  {
    name: 'watch',
    summary: 'follows a run',
    usage: 'watch <run> [--no-wait]',
  },
  {
    name: 'why',
    summary: 'says what a run waits for and what would move it',
    usage: 'why <run>',
  },
  {
    name: 'explain',
    summary: 'says of every task why it is where it is',
    usage: 'explain <run> [<task>]',
  },
  {
    name: 'pause',
    summary: 'hands out no more work of a run',
    usage: 'pause <run> [--note TEXT] [--dry-run] [--follow]',
  },
  {
    name: 'resume',
    summary: 'lets a paused run go on',
    usage: 'resume <run> [--note TEXT] [--dry-run] [--follow]',
  },
  {
    name: 'cancel',
    summary: 'ends a run now',
    usage: 'cancel <run> [--compensate] [--note TEXT] [--dry-run] [--yes] [--follow]',
  },
  {
    name: 'retry',
    summary: 'tries again what failed in a run; finished work is kept',
    usage: 'retry <run> [--fresh] [--note TEXT] [--dry-run] [--yes] [--follow]',
  },
  {
    name: 'rerun',
    summary: 'runs a task and all that follows it again, or the whole run',
    usage:
      'rerun <run> [<task>] [--latest] [--input FILE] [--note TEXT] [--dry-run] [--yes] [--follow]',
  },
  {
    name: 'restart',
    summary: 'runs all of a run again',
    usage: 'restart <run> [--latest] [--input FILE] [--note TEXT] [--dry-run] [--yes] [--follow]',
  },
  {
    name: 'skip',
    summary: 'leaves out a task that has not started; what follows goes on as if it were done',
    usage: 'skip <run> <task> [--output JSON] [--note TEXT] [--dry-run] [--yes] [--follow]',
  },
  {
    name: 'signal',
    summary: 'lets what waits for a signal go on',
    usage: 'signal <run> <name> [--output JSON] [--note TEXT] [--dry-run] [--follow]',
  },
  {
    name: 'approve',
    summary: 'says yes to an open question',
    usage: 'approve <run> [<task>] [--note TEXT] [--dry-run] [--follow]',
  },
  {
    name: 'reject',
    summary: 'says no to an open question',
    usage: 'reject <run> [<task>] [--note TEXT] [--dry-run] [--follow]',
  },
  {
    name: 'choose',
    summary: 'picks an option of an open question',
    usage: 'choose <run> [<task>] <OPTION> [--note TEXT] [--dry-run] [--follow]',
  },
  {
    name: 'logs',
    summary: 'shows what happened in a run',
    usage: 'logs <run> [--task ID] [--jsonl]',
  },
  {
    name: 'receipt verify',
    summary: 'says whether a receipt and the history behind it are untouched',
    usage: 'receipt verify <file | run>',
  },
  {
    name: 'manifest verify',
    summary: 'compares a folder with its manifest',
    usage: 'manifest verify <file>',
  },
  {
    name: 'audit verify',
    summary: 'checks the whole history, or that of one run',
    usage: 'audit verify [<run>]',
  },
  {
    name: 'validate',
    summary: 'shows what is wrong in workflow files',
    usage: 'validate [<file | workflow>…] [--format text | github]',
  },
  {
    name: 'test',
    summary: 'plays the cases of *.test.yaml files on a virtual clock',
    usage: 'test [<file.test.yaml | folder | workflow>…]',
  },
  {
    name: 'import conductor',
    summary: 'turns a Conductor workflow into a definition, and says what did not carry over',
    usage: 'import conductor <file.json> [--output FILE]',
  },
  {
    name: 'schedules',
    summary: 'shows what is planned, with the next five times',
    usage: 'schedules [<workflow>]',
  },
  {
    name: 'graph',
    summary: 'draws the tasks of a workflow',
    usage: 'graph <workflow> [--mermaid | --ascii]',
  },
  {
    name: 'agents',
    summary: 'shows the agents and how they are',
    usage: 'agents',
  },
  {
    name: 'agent new',
    summary: 'writes an agent that works, to put your own work into',
    usage: 'agent new <NAME> --kind powershell|python|shell|node',
  },
  {
    name: 'agent run',
    summary: 'works for an agent in this process until it is stopped',
    usage: 'agent run <NAME>',
  },
  {
    name: 'doctor',
    summary: 'looks at everything a station needs, and says what to mend',
    usage: 'doctor',
  },
  {
    name: 'repair',
    summary: 'mends what can be mended without losing anything; shows it first',
    usage: 'repair [--dry-run] [--salvage] [--yes]',
  },
] as const;

export const commands: readonly CommandEntry[] = TABLE;
