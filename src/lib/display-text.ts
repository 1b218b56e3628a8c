/**
 * Text that came from outside (chat, files, agents) made safe to show: what a terminal would
 * obey and what would make a line read differently from what it says is taken out.
 */

/** How {@link plainText} treats line breaks. */
export interface PlainTextOptions {
  /** Keep `\n` and tabs (`\r\n` becomes `\n`); otherwise runs of them become one space. Default false. */
  readonly newlines?: boolean;
}

/** `text` without escape sequences, control characters, bidi controls and lone surrogates. */
export const plainText = (text: string, options: PlainTextOptions = {}): string => {
  if (PLAIN.test(text)) return text;
  const visible = text
    .replace(ESCAPE_SEQUENCE, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATE, '\ufffd');
  return options.newlines === true ? visible : visible.replace(/[\n\t]+/g, ' ');
};

/** Most texts; the patterns below take longer to make than a short command. */
const PLAIN = /^[\x20-\x7e\u00a1-\u02ff\u2010-\u2027\u2190-\u2bff]*$/;

// OSC, DCS, SOS, PM and APC strings up to BEL or ST (or the next line, when nobody ends them),
// then CSI sequences, then two-character escapes; in their 7-bit and their C1 form. Every part
// consumes a class that excludes its terminator, so matching is linear.
const ESCAPE_SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\r\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

// C0 but tab and newline, DEL and C1; bidi embeddings, overrides, isolates and marks; zero-width
// characters that hide inside words (not ZWJ and ZWNJ, which emoji and scripts need); tag characters.
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\u{e0001}|[\u{e0020}-\u{e007f}]/gu;

/** Of a pair, this pattern sees one character. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
