/** An agent that works on the queue's files: `echo-file-agent.ts <station> guide|leased`. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { watch } from 'chokidar';
import { dump, load } from 'js-yaml';
import { errorCode } from '../../src/lib/atomic-file.ts';

const [station = '.', how = 'guide'] = process.argv.slice(2);
const name = how === 'guide' ? 'FILE_ECHO' : 'LEASED_ECHO';
const home = join(station, '.3ox');
const claims = join(home, 'queue', 'claimed', name);
for (const folder of [claims, join(home, 'queue', 'tmp')]) mkdirSync(folder, { recursive: true });

interface Message {
  readonly header: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

/** Another agent may have taken it meanwhile. */
const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
};

watch(join(home, 'task-queue'), { persistent: true })
  .on('add', (file) => {
    const text = readIfThere(file);
    if (text === null) return;
    const { header, payload } = load(text) as Message;
    if (header['assigned_to'] !== name) return;
    const { workflow_id, task_id, attempt, lease } = header;
    const answer = join(home, 'response-queue', `response-${workflow_id}-${task_id}.yaml`);
    const said = { workflow_id, task_id, agent: name, status: 'success' };
    if (how === 'guide') {
      writeFileSync(answer, dump({ header: said, payload }));
      rmSync(file, { force: true });
      return;
    }
    const claim = join(claims, basename(file));
    const draft = join(home, 'queue', 'tmp', basename(answer));
    renameSync(file, claim);
    writeFileSync(draft, dump({ header: { ...said, attempt, lease }, payload }));
    renameSync(draft, answer);
    rmSync(claim, { force: true });
  })
  .on('ready', () => console.log('ready'));
