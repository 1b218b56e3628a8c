/** Reads a request's body: JSON, or multipart with `payload_json` and `files[n]`. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Json } from '../../../src/lib/json.ts';
import { parseMultipart } from './multipart.ts';
import type { IncomingFile } from './posts.ts';

/** A body, parsed. */
export interface ParsedBody {
  readonly json: Json | undefined;
  readonly files: readonly IncomingFile[];
  readonly bytes: number;
}

/** Reads to the end. Throws when what claims to be JSON is not. */
export async function readBody(request: IncomingMessage): Promise<ParsedBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request)
    chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  const raw = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (raw.length === 0) return { json: undefined, files: [], bytes: 0 };
  if (!type.startsWith('multipart/form-data'))
    return { json: parseJson(raw), files: [], bytes: raw.length };
  const parts = parseMultipart(type, raw);
  const payload = parts.find((part) => part.name === 'payload_json');
  return {
    json: payload === undefined ? undefined : parseJson(payload.content),
    files: parts.flatMap((part) => {
      const index = /^files\[(\d+)\]$/.exec(part.name)?.[1];
      if (index === undefined) return [];
      const { content, contentType } = part;
      return [{ index: Number(index), filename: part.filename ?? 'file', contentType, content }];
    }),
    bytes: raw.length,
  };
}

const parseJson = (raw: Buffer): Json => z.json().parse(JSON.parse(raw.toString('utf8')));
