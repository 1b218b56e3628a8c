/** Buttons as numbers: what a person can type instead of pressing. */
import type { Action, MessageRef } from '../port.ts';

/** A button with its number. */
export interface Choice {
  readonly number: number;
  readonly action: Action;
  readonly message: MessageRef;
}

export interface Choices {
  /** Numbers the buttons of a message anew; those it had are forgotten. */
  offer(message: MessageRef, actions: readonly Action[]): readonly Choice[];
  find(number: number): Choice | null;
}

/** Numbers go on counting while any button is open, so that none stands for two things. */
export const createChoices = (): Choices => {
  let open: readonly Choice[] = [];
  return {
    offer(message, actions) {
      const kept = open.filter((choice) => choice.message.id !== message.id);
      const from = Math.max(0, ...kept.map((choice) => choice.number));
      const fresh = actions.map((action, index) => ({ number: from + index + 1, action, message }));
      open = [...kept, ...fresh];
      return fresh;
    },
    find: (number) => open.find((choice) => choice.number === number) ?? null,
  };
};
