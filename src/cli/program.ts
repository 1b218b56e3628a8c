/** The whole program: every command, each loaded only when it is called. */
import type { CliCommand } from './cli-command.ts';
import type { CommandName } from './commands/table.ts';
import { runCli } from './run-cli.ts';

/** Resolves with the exit code. */
export const run = (args: readonly string[]): Promise<number> => runCli(args, loadCommand);

export const loadCommand = async (name: CommandName): Promise<CliCommand> =>
  (await LOADERS[name]()).command;

const LOADERS: Readonly<Record<CommandName, () => Promise<{ readonly command: CliCommand }>>> = {
  start: () => import('./commands/start.ts'),
  run: () => import('./commands/run.ts'),
  serve: () => import('./commands/serve.ts'),
  status: () => import('./commands/status.ts'),
  list: () => import('./commands/list.ts'),
  describe: () => import('./commands/describe.ts'),
  watch: () => import('./commands/watch.ts'),
  why: () => import('./commands/why.ts'),
  explain: () => import('./commands/explain.ts'),
  pause: () => import('./commands/pause.ts'),
  resume: () => import('./commands/resume.ts'),
  cancel: () => import('./commands/cancel.ts'),
  retry: () => import('./commands/retry.ts'),
  rerun: () => import('./commands/rerun.ts'),
  restart: () => import('./commands/restart.ts'),
  skip: () => import('./commands/skip.ts'),
  signal: () => import('./commands/signal.ts'),
  approve: () => import('./commands/approve.ts'),
  reject: () => import('./commands/reject.ts'),
  choose: () => import('./commands/choose.ts'),
  logs: () => import('./commands/logs.ts'),
  'receipt verify': () => import('./commands/receipt-verify.ts'),
  'manifest verify': () => import('./commands/manifest-verify.ts'),
  'audit verify': () => import('./commands/audit-verify.ts'),
  validate: () => import('./commands/validate.ts'),
  test: () => import('./commands/test.ts'),
  'import conductor': () => import('./commands/import-conductor.ts'),
  schedules: () => import('./commands/schedules.ts'),
  graph: () => import('./commands/graph.ts'),
  agents: () => import('./commands/agents.ts'),
  'agent new': () => import('./commands/agent-new.ts'),
  'agent run': () => import('./commands/agent-run.ts'),
  doctor: () => import('./commands/doctor.ts'),
  repair: () => import('./commands/repair.ts'),
};
