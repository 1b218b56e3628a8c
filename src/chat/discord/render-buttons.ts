/** Rows of buttons: at most five by five, each id once. */
import { ButtonStyle, ComponentType } from 'discord.js';
import { cutText, LIMITS } from './limits.ts';
import { plainText } from '../../lib/display-text.ts';
import type { APIActionRowComponent, APIButtonComponentWithCustomId } from 'discord.js';
import type { Action } from '../port.ts';

export type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

/** The rows; a row of more than five goes on in the next one. */
export const buttonRows = (actions: readonly (readonly Action[])[]): ButtonRow[] => {
  const seen = new Set<string>();
  const rows = actions.map((row) =>
    row.filter(({ id }) => {
      const fits = id !== '' && id.length <= LIMITS.customId && !seen.has(id);
      seen.add(id);
      return fits;
    }),
  );
  return rows
    .flatMap(fives)
    .slice(0, LIMITS.rows)
    .map((row) => ({ type: ComponentType.ActionRow, components: row.map(buttonOf) }));
};

const STYLES = {
  primary: ButtonStyle.Primary,
  neutral: ButtonStyle.Secondary,
  success: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
} as const satisfies Record<Action['style'], ButtonStyle>;

const fives = (row: readonly Action[]): readonly (readonly Action[])[] =>
  Array.from({ length: Math.ceil(row.length / LIMITS.buttonsInRow) }, (_, index) =>
    row.slice(index * LIMITS.buttonsInRow, (index + 1) * LIMITS.buttonsInRow),
  );

const buttonOf = ({ id, label, style }: Action): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: STYLES[style],
  label: cutText(plainText(label), LIMITS.buttonLabel) || '…',
  custom_id: id,
});
