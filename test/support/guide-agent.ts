/**
 * An agent written to the user's guide, as a process: watches the task folder, compares
 * `assigned_to`, writes its response in place without attempt or lease, then deletes the task file.
 *
 * `guide-agent <station> <name> <behaviour>`; chokidar 5 has no globs, so it watches the folder.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { watch } from 'chokidar';
import { dump, load } from 'js-yaml';

interface TaskMessage {
  readonly header: {
    readonly workflow_id: string;
    readonly task_id: string;
    readonly assigned_to: string;
  };
  readonly payload: unknown;
}

const [station = '', agentName = '', behaviour = 'success'] = process.argv.slice(2);
const taskQueue = path.join(station, '.3ox/task-queue/');
const responseQueue = path.join(station, '.3ox/response-queue/');

const isTask = (value: unknown): value is TaskMessage =>
  typeof value === 'object' && value !== null && 'header' in value;

const handleTask = async (filepath: string): Promise<void> => {
  try {
    const taskMessage = load(await fs.readFile(filepath, 'utf8'));
    if (!isTask(taskMessage) || taskMessage.header.assigned_to !== agentName) return;
    if (behaviour === 'hangs') return;
    if (behaviour === 'dies') process.exit(1);
    await sendResponse(taskMessage.header, { echo: taskMessage.payload });
    await fs.unlink(filepath);
  } catch (error) {
    console.error('Task failed:', error instanceof Error ? error.message : error);
  }
};

const sendResponse = async (header: TaskMessage['header'], result: unknown): Promise<void> => {
  const response = {
    header: {
      sirius_time: '⧗-0.61',
      workflow_id: header.workflow_id,
      task_id: header.task_id,
      agent: agentName,
      status: behaviour === 'failure' ? 'failure' : 'success',
    },
    payload: behaviour === 'failure' ? { reason: 'always the same' } : result,
  };
  const file = path.join(responseQueue, `response-${header.workflow_id}-${header.task_id}.yaml`);
  const text = behaviour === 'rubbish' ? '%%% not an answer' : dump(response);
  if (behaviour === 'halves') {
    await fs.writeFile(file, text.slice(0, text.length / 2), 'utf8');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await fs.writeFile(file, text, 'utf8');
  if (behaviour === 'twice') {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await fs.writeFile(file, text, 'utf8');
  }
};

watch(taskQueue, { persistent: true })
  .on('add', (filepath) => void handleTask(filepath))
  .on('ready', () => console.log('listening'));
