import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import { writtenFile } from './written.ts';

/** The JSON schema of definition files, for editors. Made from what the loader itself reads with. */
export const definitionJsonSchema = (): JsonObject => {
  const schema: unknown = z.toJSONSchema(writtenFile, { io: 'input', unrepresentable: 'any' });
  const json: unknown = JSON.parse(JSON.stringify(schema));
  if (!isJsonObject(json)) throw new Error('zod made no JSON schema of the definition format');
  return { $schema: json['$schema'] ?? null, title: '3OX workflow definition', ...json };
};
