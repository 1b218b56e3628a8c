/**
 * The contract's acts as an agent that works on the queue's files by itself.
 * `file <station> <name> plain|leases`: as the guide's agent does it (response in place, without
 * attempt or lease, then the task file deleted), or with a claim that is touched and an answer
 * that returns its lease.
 */
import fs from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { watch } from 'chokidar';
import { dump, load } from 'js-yaml';
import { z } from 'zod';
import { readAct } from './act.ts';
import type { Act } from './act.ts';

const [station = '', agentName = '', how = 'plain'] = process.argv.slice(2);
const tasks = path.join(station, '.3ox/task-queue');
const responses = path.join(station, '.3ox/response-queue');
const claimed = path.join(station, '.3ox/queue/claimed', agentName);
const temp = path.join(station, '.3ox/queue/tmp');
const leases = how === 'leases';

const message = z.object({
  header: z.object({
    workflow_id: z.string(),
    task_id: z.string(),
    assigned_to: z.string(),
    attempt: z.number(),
    lease: z.string(),
  }),
  payload: z.unknown(),
});
type Header = z.output<typeof message>['header'];

const handle = async (file: string): Promise<void> => {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  const read = message.safeParse(load(text));
  if (!read.success || read.data.header.assigned_to !== agentName) return;
  const { header, payload } = read.data;
  const mine = leases ? path.join(claimed, path.basename(file)) : file;
  if (leases) await fs.rename(file, mine);
  const answer = await perform(readAct(payload), header, mine);
  if (answer !== null) await respond(header, answer);
  if (answer !== null) await fs.rm(mine, { force: true });
};

/** Text of the answer, or null for none. */
const perform = async (act: Act, header: Header, mine: string): Promise<string | null> => {
  const success = (payload: unknown): string => answerText(header, { status: 'success' }, payload);
  switch (act.act) {
    case 'echo':
      return success({ value: act.value });
    case 'digits':
      return success({ value: ['DIGITS'] }).replace(
        /'?DIGITS'?/,
        '9007199254740993\n    - 123456789012345678901234567890',
      );
    case 'fail':
      return answerText(header, { status: 'failure', error: act.error }, { seen: 1 });
    case 'break':
      return answerText(header, { status: 'failure' }, {});
    case 'say': {
      const log = ['one ⧗ thing', { level: 'warn', message: 'another' }];
      return answerText(header, { status: 'success', log }, { said: true });
    }
    case 'progress':
      await report(header, 25, 'a quarter ⧗');
      await waitWhile(mine, () => !existsSync(act.mark));
      return success({ done: true });
    case 'hang':
      await waitWhile(mine, async () => {
        await fs.appendFile(act.mark, '.');
        return true;
      });
      return null;
    case 'die':
      if (existsSync(act.mark)) return success({ again: true });
      await fs.writeFile(act.mark, '');
      return process.kill(process.pid, 'SIGKILL') ? null : null;
    case 'rubbish':
      return '%%% not an answer';
    case 'huge':
      return success({ text: 'ä'.repeat(act.bytes / 2) });
  }
};

/** Looks every 20 ms while it holds, touching a claim; ends when the claim was taken away. */
const waitWhile = async (mine: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (await holds()) {
    if (leases && !existsSync(mine)) return;
    if (leases) await fs.utimes(mine, new Date(), new Date()).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const answerText = (header: Header, said: object, payload: unknown): string => {
  const { workflow_id, task_id, attempt, lease } = header;
  const proof = leases ? { attempt, lease } : {};
  return dump({ header: { workflow_id, task_id, agent: agentName, ...said, ...proof }, payload });
};

const respond = async (header: Header, text: string): Promise<void> => {
  const name = `response-${header.workflow_id}-${header.task_id}.yaml`;
  if (!leases) return fs.writeFile(path.join(responses, name), text);
  await fs.writeFile(path.join(temp, name), text);
  await fs.rename(path.join(temp, name), path.join(responses, name));
};

const report = (header: Header, percent: number, text: string): Promise<void> =>
  fs.writeFile(
    path.join(responses, `progress-${header.workflow_id}-${header.task_id}.yaml`),
    dump({ percent, message: text, ...(leases ? { lease: header.lease } : {}) }),
  );

await fs.mkdir(claimed, { recursive: true });
watch(tasks)
  .on('add', (file) => void handle(file))
  .on('ready', () => console.log('listening'));
