/**
 * Answers to one press of a button or one sent form. Discord wants exactly one first response
 * within three seconds; when the bridge takes longer than that allows, it is acknowledged here.
 *
 * Invariant: at most one first response; what comes after it is a follow-up. That Discord knows
 * the interaction no longer, or was answered already, is a line in the log and nothing more.
 */
import { MessageFlags } from 'discord.js';
import { factsOf, reasonOf } from './errors.ts';
import { modalOf } from './modal.ts';
import { renderMessage } from './render-message.ts';
import { textMessage } from '../message.ts';
import { createSerialQueue } from '../../lib/serial-queue.ts';
import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import type { Form, OutgoingMessage } from '../port.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

export interface Responder {
  showForm(form: Form): Promise<void>;
  /** Only the person sees it. */
  reply(message: OutgoingMessage): Promise<void>;
  acknowledge(): Promise<void>;
}

/** How long (ms) the bridge may take before the press is acknowledged for it. */
export const PATIENCE = 1500;

export const createResponder = (
  interaction: ButtonInteraction | ModalSubmitInteraction,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Responder => {
  const queue = createSerialQueue();
  let responded = false;

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { code } = factsOf(error);
      const level = typeof code === 'number' && OVER.has(code) ? 'info' : 'warn';
      logger[level](
        { code: 'DISCORD_INTERACTION', action: interaction.customId, reason: reasonOf(error) },
        'a press was not answered',
      );
    }
  };

  /** Even a failed first response counts: it may have arrived, and a second one is refused. */
  const first = (work: () => Promise<unknown>): Promise<void> => {
    responded = true;
    cancel();
    return attempt(work);
  };

  const tell = (message: OutgoingMessage): Promise<void> => {
    const rendered = { ...renderMessage(message), flags: MessageFlags.Ephemeral } as const;
    if (!responded) return first(() => interaction.reply(rendered));
    return attempt(() => interaction.webhook.send(rendered));
  };

  const acknowledge = async (): Promise<void> => {
    if (responded) return;
    if (interaction.isModalSubmit() && !interaction.isFromMessage()) {
      return first(() => interaction.deferReply({ flags: MessageFlags.Ephemeral }));
    }
    return first(() => interaction.deferUpdate());
  };

  const cancel = clock.after(PATIENCE, () => void queue.run(acknowledge));

  return {
    showForm: (form) =>
      queue.run(() => {
        if (responded || interaction.isModalSubmit()) return tell(tooLate);
        return first(() => interaction.showModal(modalOf(form)));
      }),
    reply: (message) => queue.run(() => tell(message)),
    acknowledge: () => queue.run(acknowledge),
  };
};

const tooLate = textMessage('That took too long for a form to open. Press the button again.');

/** Unknown interaction, already acknowledged, unknown webhook, token expired. */
const OVER: ReadonlySet<number> = new Set([10062, 40060, 10015, 50027]);
