/** A form asked in the prompt, one field after the other. */
import type { Form } from '../port.ts';

export interface Dialog {
  /** The question to show, such as `Reason: `. */
  prompt(): string;
  /** Takes an answer; the values when that was the last field, else null. */
  answer(text: string): Readonly<Record<string, string>> | null;
}

export const createDialog = (form: Form): Dialog => {
  const values: Record<string, string> = {};
  let index = 0;
  return {
    prompt: () => `${form.title} ${form.fields[index]?.label ?? ''}: `,
    answer(text) {
      const field = form.fields[index];
      if (field !== undefined) {
        if (field.required && text.trim() === '') return null;
        values[field.name] = text;
        index += 1;
      }
      return index >= form.fields.length ? values : null;
    },
  };
};
