/** What Discord takes, as its documentation says. Lengths are UTF-16 units, sizes bytes. */
export const LIMITS = {
  content: 2000,
  /** Title, description, field names and values and footer together. */
  embed: 6000,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  rows: 5,
  buttonsInRow: 5,
  buttonLabel: 80,
  customId: 100,
  mentions: 100,
  files: 10,
  fileBytes: 10 * 1024 * 1024,
  /** A request may have 25 MiB; the rest of it is left for the message itself. */
  filesBytes: 24 * 1024 * 1024,
  modalTitle: 45,
  modalLabel: 45,
  modalFields: 5,
  modalText: 4000,
  nonce: 25,
  choices: 25,
  choice: 100,
} as const;

/** Edits of messages older than an hour meet a limit of their own (30046), so cards roll over before. */
export const EDITABLE_FOR = 58 * 60_000;

/** Shown where Discord wants text and there is none. */
export const BLANK = '\u200b';

/** `text` with at most `max` units and an ellipsis when it was cut; never half a surrogate pair. */
export const cutText = (text: string, max: number): string =>
  text.length <= max ? text : `${cutAt(text, Math.max(0, max - 1))}…`;

/** The first `end` units of `text`, or one less when that would split a surrogate pair. */
export const cutAt = (text: string, end: number): string => {
  const last = text.charCodeAt(end - 1);
  const splits = end > 0 && end < text.length && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? end - 1 : end);
};
