/** An operator's command on its way: dry run, question, engine, answer. */
import type { RunView } from '../engine/view.types.ts';
import type { OperatorCommand } from '../runtime/engine.ts';
import type { CliContext, OptionTable, Outcome } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failureOfRejection } from './failure.ts';
import { follow } from './follow.ts';
import { isSure } from './is-sure.ts';
import { localIdentity } from './identity.ts';
import { openWriter } from './writer.ts';

export const OPERATOR_OPTIONS = {
  note: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  follow: { type: 'boolean', short: 'f' },
  'no-wait': { type: 'boolean' },
} as const satisfies OptionTable;

/** Asks the engine; `asks`: a person at a terminal is asked first. */
export const operate = async (
  context: CliContext,
  view: RunView,
  command: OperatorCommand,
  { asks }: { readonly asks: boolean },
): Promise<Outcome> => {
  const { output } = context;
  const dryRun = context.flag('dry-run');
  const follows = context.flag('follow') && !dryRun;
  if (
    asks &&
    !dryRun &&
    output.interactive &&
    !context.flag('yes') &&
    !(await isSure(questionFor(command, view)))
  ) {
    output.note('Nothing was changed.');
    return EXIT.ok;
  }
  const writer = await openWriter(context, { agents: follows ? 'supervised' : 'none' });
  let following = false;
  try {
    const result = await writer.engine.operate(command, localIdentity(), { dryRun });
    if (result.type === 'rejected') return failureOfRejection(result);
    const { changed, runAgain, kept } = result;
    if (follows) {
      following = true;
      return await follow(context, writer, view.run);
    }
    if (output.json) {
      output.value({
        schema: 'command/1',
        run: result.view.run,
        command: nameOf(command),
        changed,
        status: result.view.status,
        generation: result.view.generation,
        run_again: runAgain,
        kept,
      });
      return EXIT.ok;
    }
    const name = result.view.handle;
    output.lines([
      dryRun
        ? `${name}: ${nameOf(command)} would be accepted; nothing was changed`
        : `${name}: ${changed ? `${nameOf(command)}, now ${result.view.status}` : `is ${result.view.status} already`}`,
      ...(runAgain.length === 0 ? [] : [`  these run again: ${runAgain.join(', ')}`]),
      ...(kept.length === 0 ? [] : [`  these are kept:  ${kept.join(', ')}`]),
    ]);
    if (writer.own && !dryRun && result.view.ended_at === null) {
      output.note('No engine is running: the run goes on with workflow serve or npm start');
    }
    return EXIT.ok;
  } finally {
    if (!following) await writer.close();
  }
};

/** A rerun of everything is a restart. */
const nameOf = (command: OperatorCommand): string =>
  command.type === 'rerun' && command.task === null ? 'restart' : command.type;

const questionFor = (command: OperatorCommand, view: RunView): string =>
  `${nameOf(command)} ${view.handle} (${view.workflow.id}, ${view.status})`;
