/**
 * What happens when a button is pressed. Permissions are the engine's: a refusal is shown to the
 * person who pressed, and to nobody else. The first answer to a question wins.
 */
import { parseActionId, printActionId, taskMark } from './action-id.ts';
import { messageOf, textMessage } from './message.ts';
import { decisionText, needsReason } from './messages/approval.ts';
import { detailsCard } from './card/details-of.ts';
import { logMessage, refusal } from './render-reply.ts';
import { identityOf } from './who-and-what.ts';
import type { ActionId } from './action-id.ts';
import type { BridgeOptions } from './bridge-options.ts';
import type { MessageHandler } from './on-message.ts';
import type { IncomingAction } from './port.ts';
import type { OperatorCommand } from '../runtime/engine.ts';
import type { RunView } from '../engine/view.types.ts';

export interface ActionHandler {
  onAction(action: IncomingAction): Promise<void>;
}

export const createActionHandler = (
  options: BridgeOptions & { readonly messages: MessageHandler },
): ActionHandler => {
  const { engine, clock, logger, messages } = options;

  const operate = async (action: IncomingAction, command: OperatorCommand): Promise<void> => {
    const result = await engine.operate(command, identityOf(action.user, action.channel));
    if (result.type === 'rejected') await action.reply(refusal(result));
    else await action.acknowledge();
  };

  const choose = async (
    action: IncomingAction,
    id: Extract<ActionId, { readonly type: 'choose' | 'reason' }>,
    view: RunView,
  ): Promise<void> => {
    const task = view.tasks.find((row) => taskMark(row.id) === id.task);
    const attempt = task?.attempts.at(-1);
    const option = task?.approval?.options[id.option];
    if (
      task === undefined ||
      option === undefined ||
      attempt?.attempt !== id.attempt ||
      task.status !== 'PENDING_APPROVAL'
    ) {
      const row = task?.attempts.find((one) => one.attempt === id.attempt);
      const decided = decisionText(row?.output ?? null) ?? decisionText(task?.output ?? null);
      return action.reply(
        textMessage(decided === null ? 'This question is closed.' : `Decided already: ${decided}.`),
      );
    }
    if (needsReason(option, task.approval?.details) && action.values === null) {
      return action.showForm({
        id: printActionId({ ...id, type: 'reason' }),
        title: `${option}: why?`,
        fields: [{ name: 'reason', label: 'Reason', required: true, long: true }],
      });
    }
    const reason = action.values?.['reason']?.trim() ?? '';
    return operate(action, {
      type: 'choose',
      run: view.run,
      task: task.id,
      option,
      note: reason === '' ? null : reason,
    });
  };

  const accept = async (action: IncomingAction, token: string): Promise<void> => {
    const offer = messages.offer(token);
    if (offer === null)
      return action.reply(textMessage('This offer has expired; send the line again.'));
    if (offer.message.author.id !== action.user.id) {
      return action.reply(textMessage(`Only ${offer.message.author.name} can run this line.`));
    }
    await action.acknowledge();
    await messages.accept(token, offer);
  };

  const handle = async (action: IncomingAction, id: ActionId): Promise<void> => {
    if ('token' in id) return accept(action, id.token);
    const view = await engine.view(id.run);
    if (view === null) return action.reply(textMessage('This run is not known here any more.'));
    switch (id.type) {
      case 'choose':
      case 'reason':
        return choose(action, id, view);
      case 'cancel':
      case 'retry':
        return operate(action, { type: id.type, run: view.run, note: null });
      case 'details':
        return action.reply(messageOf({ card: detailsCard(view, clock.now()) }));
      case 'logs':
        return action.reply(logMessage(view.handle, await engine.events(view.run)));
      case 'mine':
        await action.acknowledge();
        return engine.recordMessage(view.run, 'taken', { name: action.user.name });
    }
  };

  return {
    async onAction(action) {
      const id = parseActionId(action.id);
      try {
        if (id === null) await action.reply(textMessage('This button is not known any more.'));
        else await handle(action, id);
      } catch (error) {
        logger.error({ code: 'CHAT_ACTION', action: action.id, error }, 'a button broke');
        await action
          .reply(textMessage('CHAT_ACTION Something broke here. It is in the log; try again.'))
          .catch(() => undefined);
      }
    },
  };
};
