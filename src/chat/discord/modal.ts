/** A form as a modal: one to five text fields. */
import { ComponentType, TextInputStyle } from 'discord.js';
import { cutText, LIMITS } from './limits.ts';
import { plainText } from '../../lib/display-text.ts';
import type { APILabelComponent, APIModalInteractionResponseCallbackData } from 'discord.js';
import type { Form } from '../port.ts';

export const modalOf = ({ id, title, fields }: Form): APIModalInteractionResponseCallbackData => ({
  custom_id: id,
  title: cutText(plainText(title), LIMITS.modalTitle),
  components: fields.slice(0, LIMITS.modalFields).map(fieldOf),
});

const fieldOf = ({ name, label, required, long }: Form['fields'][number]): APILabelComponent => ({
  type: ComponentType.Label,
  label: cutText(plainText(label), LIMITS.modalLabel),
  component: {
    type: ComponentType.TextInput,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required,
    max_length: long ? LIMITS.modalText : 400,
  },
});
