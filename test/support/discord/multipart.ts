/** A parser for the multipart bodies Discord clients send: `payload_json` and `files[n]`. */
import { Buffer } from 'node:buffer';

/** One part of a multipart body. */
export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly contentType: string;
  readonly content: Buffer;
}

const CRLF = '\r\n';
const BLANK = Buffer.from(CRLF + CRLF);

/** Splits `body` at the boundary its content type names. Throws when there is no boundary. */
export function parseMultipart(contentType: string, body: Buffer): readonly Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`No boundary in the content type "${contentType}".`);
  const fence = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(fence);
  while (at >= 0) {
    const start = at + fence.length;
    const next = body.indexOf(fence, start);
    if (next < 0) break;
    // Between fences: CRLF, headers, blank line, content, CRLF.
    const part = parsePart(body.subarray(start + CRLF.length, next - CRLF.length));
    if (part !== undefined) parts.push(part);
    at = next;
  }
  return parts;
}

function parsePart(raw: Buffer): Part | undefined {
  const blank = raw.indexOf(BLANK);
  if (blank < 0) return undefined;
  const head = raw.subarray(0, blank).toString('utf8');
  const name = /[ ;]name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return {
    name,
    filename: /filename="([^"]*)"/i.exec(head)?.[1],
    contentType: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'text/plain',
    content: raw.subarray(blank + BLANK.length),
  };
}
