/** Tokens of a command line. Together they accept every text: nothing a person types is a lexing error. */
import { createToken } from 'chevrotain';
import { SPACES } from '../characters.ts';
import { assignEnd, blockEnd, jsonEnd, objectEnd, optionEnd } from '../command/scan.ts';
import {
  ANY_CHARACTER,
  ANY_WORD,
  Comma,
  quotedTokens,
  Scalar,
  spaceTokens,
  upTo,
} from './shared.ts';

const DASHES = ['-', '–', '—'];

export const Assign = createToken({
  name: 'Assign',
  pattern: upTo(assignEnd),
  start_chars_hint: [...ANY_WORD, '-'],
  label: 'key= | key:= | key+=',
});

export const Option = createToken({
  name: 'Option',
  pattern: upTo(optionEnd),
  start_chars_hint: DASHES,
  label: '--name',
});

export const JsonText = createToken({
  name: 'JsonText',
  pattern: upTo(jsonEnd),
  start_chars_hint: [...ANY_CHARACTER],
  label: 'JSON',
});

export const Block = createToken({
  name: 'Block',
  pattern: upTo(blockEnd),
  start_chars_hint: ['`'],
  label: 'fenced block',
});

export const Mention = createToken({
  name: 'Mention',
  pattern: new RegExp(`<(?:@[!&]?|#)\\d{1,20}>(?![^${SPACES},\\]])`),
  label: '<@id> | <@&id> | <#id>',
  categories: [Scalar],
});

export const ObjectText = createToken({
  name: 'ObjectText',
  pattern: upTo(objectEnd, '{'),
  start_chars_hint: ['{'],
  label: '{object}',
  categories: [Scalar],
});

export const File = createToken({
  name: 'File',
  pattern: new RegExp(`@[^${SPACES}]+`),
  label: '@file',
  categories: [Scalar],
});

export const FileItem = createToken({
  name: 'FileItem',
  pattern: new RegExp(`@[^${SPACES},\\]]+`),
  label: '@file',
  categories: [Scalar],
});

/** Text up to white space. */
export const Bare = createToken({
  name: 'Bare',
  pattern: new RegExp(`[^${SPACES}]+`),
  start_chars_hint: [...ANY_CHARACTER],
  label: 'bare text',
  categories: [Scalar],
});

/** Text inside a list: up to white space, a comma or the list's end. */
export const BareItem = createToken({
  name: 'BareItem',
  pattern: new RegExp(`[^${SPACES},\\]]+`),
  start_chars_hint: [...ANY_CHARACTER],
  label: 'bare text',
  categories: [Scalar],
});

export const ListOpen = createToken({
  name: 'ListOpen',
  pattern: '[',
  push_mode: 'list',
  label: '"["',
});

export const ListClose = createToken({
  name: 'ListClose',
  pattern: ']',
  pop_mode: true,
  label: '"]"',
});

/** Order matters: the first token that matches is taken. */
export const commandModes = {
  line: [
    ...spaceTokens,
    Assign,
    JsonText,
    Option,
    Block,
    ...quotedTokens,
    Mention,
    ObjectText,
    File,
    ListOpen,
    Bare,
  ],
  list: [
    ...spaceTokens,
    ...quotedTokens,
    Mention,
    ObjectText,
    FileItem,
    ListOpen,
    ListClose,
    Comma,
    BareItem,
  ],
};
