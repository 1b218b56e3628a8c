/**
 * Agents as the guide's listener runs them: a chokidar watcher each on the queue folder, an
 * answer written in place, then the task file deleted. Run as a process:
 * `guide-agents.ts <station>`; prints `ready` and runs until it is killed.
 */
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { dump, load } from 'js-yaml';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { handlers } from './handlers.ts';

const [station = '.'] = process.argv.slice(2);
const queue = join(station, '.3ox', 'task-queue');

for (const [name, handle] of Object.entries(handlers(station))) {
  const watcher = watch(queue, { persistent: true });
  watcher.on('add', async (file) => {
    try {
      const message: unknown = load(await readFile(file, 'utf8'));
      if (!isJsonObject(message)) return;
      const { header, payload } = message as {
        header: Record<string, string>;
        payload: JsonObject;
      };
      if (header['assigned_to'] !== name) return;
      const output = await handle(payload);
      const answer = {
        header: {
          workflow_id: header['workflow_id'],
          task_id: header['task_id'],
          agent: name,
          status: 'success',
        },
        payload: output,
      };
      await writeFile(
        join(
          station,
          '.3ox',
          'response-queue',
          `response-${header['workflow_id']}-${header['task_id']}.yaml`,
        ),
        dump(answer, { noRefs: true }),
      );
      await unlink(file);
    } catch (error) {
      console.error(`Task failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
console.log('ready');
