/** A temporary station with its queue folders, and an agent's hands in them. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAnswerFile } from '../../src/agents/file-queue/answer-file.ts';
import { createFileQueue } from '../../src/agents/file-queue/file-queue.ts';
import type { FileQueueOptions } from '../../src/agents/file-queue/file-queue.ts';
import { queueFolders } from '../../src/agents/file-queue/folders.ts';
import type { QueueFolders } from '../../src/agents/file-queue/folders.ts';
import { readTaskFile } from '../../src/agents/file-queue/task-file.ts';
import type { AttemptLog } from '../../src/engine/answers.ts';
import type { AgentAnswer, AgentQueue, AgentTask } from '../../src/agents/queue.ts';

export interface QueueStation {
  readonly station: string;
  readonly folders: QueueFolders;
  readonly tasks: string;
  readonly answers: string;
  /** A new queue on the folders, as a new process would make it. */
  queue(options?: Partial<FileQueueOptions>): AgentQueue;
  taskPath(task: Pick<AgentTask, 'run' | 'task'>): string;
  answerPath(task: Pick<AgentTask, 'run' | 'task'>): string;
  claimPath(task: Pick<AgentTask, 'run' | 'task' | 'assignedTo'>): string;
  claim(task: AgentTask): Promise<boolean>;
  /** An answer with lease and attempt, as the host writes it. */
  answer(task: AgentTask, result: AgentAnswer['result'], said?: Said): Promise<void>;
  /** Names in a folder of `.3ox/queue/`, reasons left out. */
  names(folder: 'inbox' | 'answered' | 'ignored' | 'tmp'): readonly string[];
  reasons(): Promise<string>;
  dispose(): Promise<void>;
}

export interface Said {
  readonly lease?: string | null;
  readonly attempt?: number | null;
  readonly log?: AttemptLog;
}

/** Short enough for tests, and still in the protocol's proportions. */
export const TEST_TIMING = {
  rescan: 300,
  unreadable: 250,
  still: 60,
  duplicate: 500,
  reoffer: 60,
  leftover: 250,
};

export const createQueueStation = async (): Promise<QueueStation> => {
  const station = await mkdtemp(join(tmpdir(), 'queue-'));
  const folders = queueFolders(station);
  const { tasks, answers } = folders.pairs.queue;
  const started: AgentQueue[] = [];
  for (const folder of [tasks, answers, folders.temp]) await mkdir(folder, { recursive: true });

  const claimPath: QueueStation['claimPath'] = ({ run, task, assignedTo }) =>
    join(folders.claimed, assignedTo, `task-${run}-${task}.yaml`);
  const taskPath: QueueStation['taskPath'] = ({ run, task }) =>
    join(tasks, `task-${run}-${task}.yaml`);
  const answerPath: QueueStation['answerPath'] = ({ run, task }) =>
    join(answers, `response-${run}-${task}.yaml`);

  return {
    station,
    folders,
    tasks,
    answers,
    taskPath,
    answerPath,
    claimPath,
    queue(options = {}) {
      const queue = createFileQueue({ station, timing: TEST_TIMING, ...options });
      started.push(queue);
      return queue;
    },
    async claim(task) {
      await mkdir(join(folders.claimed, task.assignedTo), { recursive: true });
      return rename(taskPath(task), claimPath(task)).then(
        () => true,
        () => false,
      );
    },
    async answer(task, result, said = {}) {
      const attempt = said.attempt === undefined ? task.attempt : said.attempt;
      const lease = said.lease === undefined ? task.lease : said.lease;
      const text = writeAnswerFile(
        {
          run: task.run,
          task: task.task,
          attempt: attempt ?? 0,
          lease: lease ?? '',
          agent: task.assignedTo,
          result,
          log: said.log ?? null,
          payload: result.type === 'deferred' ? {} : result.output,
        },
        Date.now(),
      );
      const draft = join(folders.temp, `draft-${task.run}-${task.task}`);
      await writeFile(draft, attempt === null ? text.replace(/^ {2}attempt: .*\n/m, '') : text);
      await rename(draft, answerPath(task));
    },
    names: (folder) => {
      const path = join(folders.temp, '..', folder);
      return existsSync(path) ? readdirSync(path).filter((name) => !name.endsWith('.txt')) : [];
    },
    async reasons() {
      const names = readdirSync(folders.ignored).filter((name) => name.endsWith('.reason.txt'));
      const texts = await Promise.all(
        names.map((name) => readFile(join(folders.ignored, name), 'utf8')),
      );
      return texts.join('\n');
    },
    async dispose() {
      for (const queue of started) await queue.stop();
      await rm(station, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** Leases of the task files of `agent` in a folder. */
export const leasesIn = async (folder: string, agent: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const name of readdirSync(folder)) {
    const task = readTaskFile(await readFile(join(folder, name)), 1_000_000);
    if (task.assignedTo === agent) found.push(task.lease);
  }
  return found;
};
