/**
 * An outgoing message as Discord takes it, always the full set: an edit with it leaves nothing
 * of the former state. Nobody is pinged but who is named in `ping`.
 */
import { buttonRows } from './render-buttons.ts';
import { embedOf } from './render-embed.ts';
import { filesOf } from './render-files.ts';
import { BLANK, LIMITS } from './limits.ts';
import { isSnowflake } from './snowflake.ts';
import { renderLines } from './render-lines.ts';
import { plainLine } from '../message.ts';
import type { APIEmbed, AttachmentPayload } from 'discord.js';
import type { ButtonRow } from './render-buttons.ts';
import type { Inline, Line, OutgoingMessage } from '../port.ts';

/** What is sent and edited. Lists are new ones: discord.js changes what it is given. */
export interface RenderedMessage {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: ButtonRow[];
  readonly files: AttachmentPayload[];
  readonly allowedMentions: {
    readonly parse: [];
    readonly users: string[];
    readonly roles: string[];
    readonly repliedUser: false;
  };
}

/** `mark`: what a post is recognised by when its answer was lost. */
export const renderMessage = (
  message: OutgoingMessage,
  mark: string | null = null,
): RenderedMessage => {
  const users = message.ping.users.filter(isSnowflake).slice(0, LIMITS.mentions);
  const roles = message.ping.roles.filter(isSnowflake).slice(0, LIMITS.mentions);
  const embeds = message.card === null ? [] : [embedOf(message.card, mark)];
  const components = buttonRows(message.actions);
  const { content, files } = contentOf(message, withNames(message.text, users, roles));
  const empty = content.trim() === '' && embeds.length + components.length + files.length === 0;
  return {
    content: empty ? BLANK : content,
    embeds,
    components,
    files,
    allowedMentions: { parse: [], users, roles, repliedUser: false },
  };
};

/** Text that is too long is attached as well, whole. */
const contentOf = (
  message: OutgoingMessage,
  text: readonly Line[],
): { readonly content: string; readonly files: AttachmentPayload[] } => {
  const fits = renderLines(text, LIMITS.content).left === 0;
  const whole = { name: WHOLE, data: text.map(plainLine).join('\n') };
  const { files, notes } = filesOf(fits ? message.files : [...message.files, whole]);
  const noted = notes.map((note): Line => [{ type: 'dim', text: note }]);
  const more: Line[] = fits ? [] : [[{ type: 'dim', text: `the whole text is in ${WHOLE}` }]];
  return { content: renderLines([...more, ...noted, ...text], LIMITS.content).text, files };
};

const WHOLE = 'message.txt';

/** Only what the text names is pinged, so who is to be pinged is named. */
const withNames = (
  text: readonly Line[],
  users: readonly string[],
  roles: readonly string[],
): readonly Line[] => {
  const named = text.flat();
  const isNamed = (type: 'user' | 'role', id: string): boolean =>
    named.some((part) => typeof part !== 'string' && part.type === type && part.id === id);
  const missing: Inline[] = [
    ...roles.filter((id) => !isNamed('role', id)).map((id): Inline => ({ type: 'role', id })),
    ...users.filter((id) => !isNamed('user', id)).map((id): Inline => ({ type: 'user', id })),
  ];
  if (missing.length === 0) return text;
  const [first = [], ...rest] = text;
  return [[...missing.flatMap((one): Inline[] => [one, ' ']), ...first], ...rest];
};
