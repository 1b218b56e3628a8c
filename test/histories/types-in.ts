/** Types of the events in kept journals: whatever stands in files of lines below a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../src/lib/json.ts';

export const typesIn = (folder: string): ReadonlySet<string> => {
  const types = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(folder, entry), 'utf8').split('\n')) {
      const start = line.indexOf('{');
      const record: unknown = start < 0 ? null : JSON.parse(line.slice(start));
      const events = isJsonObject(record) ? record['events'] : null;
      for (const event of Array.isArray(events) ? events : []) {
        if (isJsonObject(event) && typeof event['type'] === 'string') types.add(event['type']);
      }
    }
  }
  return types;
};
