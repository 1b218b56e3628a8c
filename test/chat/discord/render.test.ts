/** Rendering: literal text, safe code, and every limit of Discord whatever comes in. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMessage } from '../../../src/chat/discord/render-message.ts';
import { renderLine, renderLines } from '../../../src/chat/discord/render-lines.ts';
import { escapeMarkdown } from '../../../src/chat/discord/markdown.ts';
import { messageOf } from '../../../src/chat/message.ts';
import { checkMessage } from '../../support/discord/limits.ts';
import type { Card, Inline, Line, OutgoingMessage } from '../../../src/chat/port.ts';

const shown = (...line: Inline[]): string => renderLine(line, 2000).text;

describe('text as Markdown', () => {
  it.each([
    [
      '*bold* _it_ ~~no~~ `code` ||x||',
      '\\*bold\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\` \\|\\|x\\|\\|',
    ],
    ['<@123> <t:1:R> [a](b)', '\\<@123\\> \\<t:1:R\\> \\[a\\]\\(b\\)'],
    ['# heading', '\\# heading'],
    ['- list\n1. one\n> quote', '\\- list\n1\\. one\n\\> quote'],
    ['C:\\temp\\new', 'C:\\\\temp\\\\new'],
    ['see https://a.example/x_y_z?q=1 *', 'see https://a.example/x_y_z?q=1 \\*'],
  ])('shows %j literally', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('dresses what has a dress', () => {
    expect(shown({ type: 'strong', text: ' a*b ' }, '!')).toBe(' **a\\*b** !');
    expect(shown('x ', { type: 'dim', text: '(default)' })).toBe('x *\\(default\\)*');
    expect(shown({ type: 'dim', text: 'skipped' })).toBe('-# skipped');
    expect(shown({ type: 'code', text: 'a`b``c' })).toBe('`` a`b`\u200b`c ``');
    expect(shown('see', { type: 'pre', text: 'a\n```b' })).toBe(
      'see\n```\na\n`\u200b`\u200b`b\n```',
    );
    expect(shown({ type: 'time', at: 1_700_000_000_999, style: 'relative' })).toBe(
      '<t:1700000000:R>',
    );
    expect(shown({ type: 'user', id: '12345678901234567' })).toBe('<@12345678901234567>');
    expect(shown({ type: 'role', id: '12345678901234567' })).toBe('<@&12345678901234567>');
    expect(shown({ type: 'user', id: 'arc' })).toBe('@arc');
  });

  it('says how much was cut, and cuts inside no pair, escape or fence', () => {
    const many = Array.from({ length: 100 }, (_, index): Line => [
      `line ${index} ${'x'.repeat(50)}`,
    ]);
    const { text, left } = renderLines(many, 500);
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text).toMatch(/… cut: \d+ more lines$/);
    expect(left).toBeGreaterThan(80);
    const pre = renderLine([{ type: 'pre', text: '😀'.repeat(900) }], 100).text;
    expect(pre).toMatch(/^```\n(😀)+…\n```$/u);
    const stars = renderLine(['*'.repeat(900)], 100).text;
    expect(stars).toMatch(/^(\\\*)+…$/);
  });
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.integer({ min: 0, max: 3000 }).map((size) => 'a*`\n😀'.repeat(Math.ceil(size / 6))),
);
const inline: fc.Arbitrary<Inline> = fc.oneof(
  text,
  fc.record({ type: fc.constantFrom('strong', 'dim', 'code'), text }),
  fc.record({ type: fc.constant('pre'), text }),
  fc.record({
    type: fc.constantFrom('user', 'role'),
    id: fc.constantFrom('1', '12345678901234567'),
  }),
  fc.record({
    type: fc.constant('time'),
    at: fc.nat(),
    style: fc.constantFrom('relative', 'time'),
  }),
);
const lines = fc.array(fc.array(inline, { maxLength: 4 }), { maxLength: 12 });
const card: fc.Arbitrary<Card> = fc.record({
  title: text,
  tone: fc.constantFrom('running', 'waiting', 'ok', 'warning', 'failed', 'neutral'),
  sections: fc.array(fc.record({ heading: fc.option(text), lines }), { maxLength: 30 }),
  footer: fc.option(text),
});
const outgoing: fc.Arbitrary<OutgoingMessage> = fc.record({
  text: lines,
  card: fc.option(card),
  actions: fc.array(
    fc.array(
      fc.record({
        id: fc.string({ maxLength: 110 }),
        label: text,
        style: fc.constantFrom('primary', 'neutral', 'success', 'danger'),
      }),
      { maxLength: 7 },
    ),
    { maxLength: 7 },
  ),
  files: fc.array(fc.record({ name: text, data: text }), { maxLength: 12 }),
  ping: fc.record({
    users: fc.array(fc.constantFrom('1', '12345678901234567', '22345678901234567')),
    roles: fc.constant([]),
  }),
});

describe('renderMessage', () => {
  it('keeps every limit, whatever it is given', () => {
    fc.assert(
      fc.property(outgoing, (message) => {
        const rendered = renderMessage(message, 'ref 01234567');
        const { allowedMentions, files, ...body } = rendered;
        const json = JSON.parse(JSON.stringify({ ...body, allowed_mentions: allowedMentions }));
        checkMessage(json, 0);
        expect(files.length).toBeLessThanOrEqual(10);
        expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/i);
        const empty = body.embeds.length + body.components.length + files.length === 0;
        if (empty) expect(body.content.trim()).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });

  it('attaches text that is too long, and says so', () => {
    const long = Array.from({ length: 300 }, (_, index): Line => [`line number ${index}`]);
    const { content, files } = renderMessage(messageOf({ text: long }));
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content).toContain('message.txt');
    expect(Buffer.isBuffer(files[0]?.attachment) && files[0].attachment.toString()).toContain(
      'line number 299',
    );
  });

  it('cuts files that are too large between characters', () => {
    const files = [{ name: 'a/b:c.txt', data: 'é'.repeat(6 * 1024 * 1024) }];
    const rendered = renderMessage(messageOf({ files }));
    const { attachment, name } = rendered.files[0] ?? {};
    expect(name).toBe('b_c.txt.part');
    expect(attachment).toHaveLength(10 * 1024 * 1024);
    expect(rendered.content).toContain('is cut');
  });

  it('pings only whom it should, and names them', () => {
    const { content, allowedMentions } = renderMessage(
      messageOf({
        text: [['@everyone <@32345678901234567>']],
        ping: { users: ['12345678901234567', 'arc'], roles: ['22345678901234567'] },
      }),
    );
    expect(content).toBe(
      '<@&22345678901234567> <@12345678901234567> @everyone \\<@32345678901234567\\>',
    );
    expect(allowedMentions).toEqual({
      parse: [],
      users: ['12345678901234567'],
      roles: ['22345678901234567'],
      repliedUser: false,
    });
  });
});
