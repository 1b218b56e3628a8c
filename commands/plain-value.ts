import type { CommandValue } from '../grammar/command/model.ts';
import type { Json } from '../src/lib/json.ts';

/** A typed value as plain data: texts stay texts, lists become lists. */
export const plainValue = (value: CommandValue): Json => {
  switch (value.type) {
    case 'text':
    case 'object':
      return value.text;
    case 'json':
      return value.value;
    case 'list':
      return value.items.map(plainValue);
    case 'file':
      return value.name;
    case 'mention':
    case 'channel':
      return value.id;
  }
};
