/** The "Rules" of the queue protocol, a test for each sentence that says what the engine does. */
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQueueFiles } from '../../../src/agents/file-queue/files.ts';
import type { QueueFiles } from '../../../src/agents/file-queue/files.ts';
import type { AgentQueue, AgentTask } from '../../../src/agents/queue.ts';
import { systemHost } from '../../../src/lib/host/system-host.ts';
import type { Json } from '../../../src/lib/json.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { aTask, createQueueEngine, until } from '../../support/queue-engine.ts';
import type { QueueEngine } from '../../support/queue-engine.ts';
import { createQueueStation, TEST_TIMING } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

const done = { type: 'success', output: { ok: true } } as const;

let station: QueueStation;
let engine: QueueEngine;
let queue: AgentQueue;

beforeEach(async () => {
  station = await createQueueStation();
  engine = createQueueEngine();
  queue = station.queue();
});
afterEach(() => station.dispose());

const offer = async (task: AgentTask): Promise<AgentTask> => {
  engine.open(task);
  await queue.offer(task);
  return task;
};

const started = async (values: Partial<AgentTask> = {}): Promise<AgentTask> => {
  await queue.start(engine);
  return offer(aTask(values));
};

/** What an agent written to the guide writes: in place, without attempt or lease. */
const guideText = (task: AgentTask, status = 'success', payload: Json = { n: 1 }): string => {
  const { run: workflow_id, task: task_id, assignedTo: agent } = task;
  return dump({ header: { sirius_time: '⧗-25.61', workflow_id, task_id, agent, status }, payload });
};
/** At once, so that no timer of the queue comes between the opening and the writing. */
const guideAnswer = async (task: AgentTask, status?: string, payload?: Json): Promise<void> =>
  writeFileSync(station.answerPath(task), guideText(task, status, payload));

const nextAttempt = (task: AgentTask): AgentTask => ({
  ...task,
  attempt: task.attempt + 1,
  lease: `${task.lease}-next`,
});

describe('task files', () => {
  it('are complete from the moment they are there', async () => {
    const seen: string[] = [];
    const files = createQueueFiles(station.folders.temp);
    const stop = files.watch(
      station.tasks,
      (name) => {
        const path = join(station.tasks, name ?? '');
        if (existsSync(path)) seen.push(readFileSync(path, 'utf8'));
      },
      () => undefined,
    );
    const task = await started({ payload: { text: 'x'.repeat(30_000) } });
    await until('the watcher saw it', () => seen.length > 0);
    stop();
    expect(new Set(seen)).toEqual(new Set([readFileSync(station.taskPath(task), 'utf8')]));
    // What was made ahead of need is empty and no draft.
    expect(station.names('tmp').filter((name) => !name.startsWith('spare.'))).toEqual([]);
  });

  it('carry large payloads by reference, and inline for agents registered so', async () => {
    const registry = new Map([['INLINE_AGENT', { inline: true }]]);
    queue = station.queue({ registry, limits: { inline: 1_000 } });
    const payload = { text: 'x'.repeat(2_000) };
    const task = await started({ payload });
    expect(readFileSync(station.taskPath(task), 'utf8')).toMatch(
      /payload:\n {2}\$ref: \.3ox\/workflow-data/,
    );
    const inline = await offer(aTask({ assignedTo: 'INLINE_AGENT', payload }));
    expect(readFileSync(station.taskPath(inline), 'utf8')).toContain('x'.repeat(2_000));
  });

  it('use the older folder pair for agents registered so', async () => {
    await mkdir(join(station.station, '1n.3ox'));
    const registry = new Map([['OLD_AGENT', { queue: 'station' as const }]]);
    queue = station.queue({ registry });
    const task = await started({ assignedTo: 'OLD_AGENT' });
    const name = `task-${task.run}-scan.yaml`;
    const path = join(station.station, '1n.3ox', name);
    expect(readFileSync(path, 'utf8')).toContain('reply_to: 0UT.3OX/');
    await writeFile(
      join(station.station, '0UT.3OX', `result-${task.run}-scan.yaml`),
      guideText(task),
    );
    await writeFile(join(station.station, '0UT.3OX', 'VALIDATION.RECEIPT.yaml'), 'mine: true');
    await unlink(path);
    await until('the answer', () => engine.answers.length === 1);
    await until('it is filed', () => station.names('answered').length === 1);
    expect(existsSync(join(station.station, '0UT.3OX', 'VALIDATION.RECEIPT.yaml'))).toBe(true);
  });

  it('are refused for ids that are no file names', async () => {
    await queue.start(engine);
    await expect(async () => queue.offer(aTask({ task: '../../x' }))).rejects.toThrow(
      /cannot be a file/,
    );
    await expect(async () => queue.offer(aTask({ run: '..' }))).rejects.toThrow(/cannot be a file/);
  });

  it('left behind are removed a while after the answer was accepted, not before', async () => {
    const task = await started();
    await guideAnswer(task);
    await until('the answer', () => engine.answers.length === 1);
    const accepted = Date.now();
    await queue.withdraw(task.run, task.task, task.lease);
    expect(existsSync(station.taskPath(task))).toBe(true);
    await until('it is removed', () => !existsSync(station.taskPath(task)));
    expect(Date.now() - accepted).toBeGreaterThanOrEqual(TEST_TIMING.leftover - 50);
  });

  it('of the next attempt come only when the name has been free for a while', async () => {
    const task = await started();
    await guideAnswer(task, 'failure');
    await until('the answer', () => engine.answers.length === 1);
    const next = nextAttempt(task);
    const offered = offer(next);
    expect(readFileSync(station.taskPath(task), 'utf8')).toContain(`lease: ${task.lease}\n`);
    await unlink(station.taskPath(task));
    const gone = Date.now();
    await offered;
    expect(Date.now() - gone).toBeGreaterThanOrEqual(TEST_TIMING.reoffer - 10);
    expect(readFileSync(station.taskPath(next), 'utf8')).toContain(`lease: ${next.lease}\n`);
  });

  it('of the next attempt wait for the leftover to be removed', async () => {
    const task = await started();
    await guideAnswer(task, 'failure');
    await until('the answer', () => engine.answers.length === 1);
    const next = nextAttempt(task);
    await offer(next);
    expect(readFileSync(station.taskPath(next), 'utf8')).toContain(`lease: ${next.lease}\n`);
    await new Promise((resolve) => setTimeout(resolve, TEST_TIMING.leftover + 100));
    expect(existsSync(station.taskPath(next))).toBe(true);
  });

  it('that a stopping host gave back go when the attempt is over', async () => {
    const task = await started();
    await station.claim(task);
    await until('the claim', () => engine.claims.length === 1);
    renameSync(station.claimPath(task), station.taskPath(task));
    await queue.withdraw(task.run, task.task, task.lease);
    expect(existsSync(station.taskPath(task))).toBe(false);
  });
});

describe("answers of the guide's agents", () => {
  it('are read only when they have kept still', async () => {
    const task = await started();
    await guideAnswer(task);
    const written = statSync(station.answerPath(task)).mtimeMs;
    await until('the answer', () => engine.answers.length === 1);
    expect(Date.now() - written).toBeGreaterThanOrEqual(TEST_TIMING.still - 5);
    expect(engine.answers[0]?.result).toEqual({ type: 'success', output: { n: 1 } });
  });

  it('in halves are read whole: half a file can be valid YAML', async () => {
    queue = station.queue({ timing: { ...TEST_TIMING, still: 250, unreadable: 600 } });
    const task = await started();
    const text = `${guideText(task, 'success', { a: 1 })}  b: 2\n`;
    const half = text.indexOf('  b: 2');
    writeFileSync(station.answerPath(task), text.slice(0, half));
    await new Promise((resolve) => setTimeout(resolve, 60));
    writeFileSync(station.answerPath(task), text);
    await until('the answer', () => engine.answers.length === 1);
    expect(engine.answers[0]?.result).toEqual({ type: 'success', output: { a: 1, b: 2 } });
  });

  it.each([
    ['empty', () => ''],
    ['cut in a word', (text: string) => text.slice(0, text.indexOf('status') + 3)],
    ['without payload yet', (text: string) => text.slice(0, text.indexOf('payload'))],
    ['with a bare payload key', (text: string) => text.slice(0, text.indexOf('payload') + 8)],
    ['with another status yet', (text: string) => text.replace('success', 'working-on-it')],
  ])('%s are looked at again', async (_what, cut) => {
    queue = station.queue({ timing: { ...TEST_TIMING, unreadable: 1_000 } });
    const task = await started();
    writeFileSync(station.answerPath(task), cut(guideText(task)));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(engine.answers).toEqual([]);
    await guideAnswer(task);
    await until('the answer', () => engine.answers.length === 1);
    expect(engine.answers[0]?.result).toEqual({ type: 'success', output: { n: 1 } });
    expect(engine.unusables).toEqual([]);
  });

  it('belong to the attempt that is open when they are read', async () => {
    const task = await started({ attempt: 4 });
    await guideAnswer(task);
    const answer = await until('the answer', () => engine.answers[0]);
    expect(answer).toMatchObject({ attempt: 4, lease: null });
  });

  it('are late when none is open', async () => {
    const task = await started();
    engine.close(task.run, task.task);
    await guideAnswer(task);
    await until('it is ignored', () => station.names('ignored').length === 1);
    expect(engine.ignored[0]?.verdict).toBe('late');
    expect(await station.reasons()).toMatch(/cause: {2}late/);
  });

  it('may say in place that the work goes on', async () => {
    const task = await started();
    await guideAnswer(task, 'in_progress');
    await new Promise((resolve) => setTimeout(resolve, TEST_TIMING.unreadable + 100));
    expect(engine.unusables).toEqual([]);
    await guideAnswer(task);
    await until('the answer', () => engine.answers.length === 1);
  });
});

describe('the same bytes again', () => {
  const failed = async (): Promise<AgentTask> => {
    const task = await started();
    await guideAnswer(task, 'failure');
    await until('the first failure', () => engine.answers.length === 1);
    await unlink(station.taskPath(task));
    return task;
  };

  it('are the next attempt’s answer once its task file is gone', async () => {
    const next = await offer(nextAttempt(await failed()));
    await guideAnswer(next, 'failure');
    await unlink(station.taskPath(next));
    await until('the second failure', () => engine.answers.length === 2);
    expect(engine.answers.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('are a duplicate when the task file stays', async () => {
    const next = await offer(nextAttempt(await failed()));
    await guideAnswer(next, 'failure');
    await until('it is put aside', () => station.names('ignored').length === 1);
    expect(engine.answers).toHaveLength(1);
    expect(engine.unusables).toMatchObject([{ cause: 'duplicate', run: next.run, task: 'scan' }]);
    // Filed under the attempt it repeats: settled again after a crash it must not fail the next.
    expect(engine.unusables[0]?.name).toContain('~scan~1~');
    expect(existsSync(station.taskPath(next))).toBe(true);
    await guideAnswer(next);
    await until('the real answer', () => engine.answers.length === 2);
  });

  it('are not the answer of an attempt that is not on offer yet', async () => {
    const task = await failed();
    const next = nextAttempt(task);
    engine.open(next);
    await guideAnswer(next, 'failure');
    await new Promise((resolve) => setTimeout(resolve, TEST_TIMING.duplicate + 200));
    expect(engine.answers).toHaveLength(1);
    await queue.offer(next);
    await until('it is put aside', () => station.names('ignored').length === 1);
    expect(engine.answers).toHaveLength(1);
  });

  it('are recognised after a restart', async () => {
    const task = await failed();
    await until('it is filed', () => station.names('answered').length === 1);
    await queue.stop();
    queue = station.queue();
    const next = nextAttempt(task);
    engine.open(next);
    await guideAnswer(next, 'failure');
    await queue.start(engine);
    await queue.offer(next);
    await until('it is put aside', () => station.names('ignored').length === 1);
    expect(engine.answers).toHaveLength(1);
  });

  it('are held no longer than a claim of ours takes', async () => {
    const next = await offer(nextAttempt(await failed()));
    await station.claim(next);
    await until('the claim', () => engine.claims.length === 1);
    await guideAnswer(next, 'failure');
    await until('it is put aside', () => station.names('ignored').length === 1);
    expect(engine.answers).toHaveLength(1);
  });
});

describe('what is no answer', () => {
  const putAside = async (name: string, content: string | Uint8Array): Promise<void> => {
    await writeFile(join(station.answers, name), content);
    await until('it is put aside', () => station.names('ignored').length === 1);
    expect(readdirSync(station.answers)).toEqual([]);
    expect(engine.answers).toEqual([]);
    expect(engine.unusables).toHaveLength(1);
  };

  it.each([
    ['empty', '', /it is empty/],
    ['rubbish', '{{{', /why: {4}\S/],
    ['binary', Buffer.from([0xff, 0x00, 0x81]), /why: {4}\S/],
    ['a custom tag', 'header: !!python/object:os.system x', /unknown/],
  ])('is put aside with a reason: %s', async (_what, content, reason) => {
    const task = await started();
    await putAside(`response-${task.run}-scan.yaml`, content);
    expect(engine.unusables[0]).toMatchObject({ run: task.run, task: 'scan', cause: 'unreadable' });
    expect(await station.reasons()).toMatch(reason);
    expect(station.names('inbox')).toEqual([]);
  });

  it('is put aside when it is too large', async () => {
    const task = await started();
    await putAside(`response-${task.run}-scan.yaml`, Buffer.alloc(20 * 1024 * 1024, 'x'));
    expect(await station.reasons()).toMatch(/20971520 bytes, 16777216 are allowed/);
  });

  it.each([
    'response-..yaml',
    'response-wf-1-x.yaml',
    'response-wf-1759800000000-abc123xyz-...yaml',
  ])('is foreign when its name is %s', async (name) => {
    await started();
    await putAside(name, 'header: {status: success}\npayload: {}\n');
    expect(engine.unusables[0]).toMatchObject({ run: null, task: null, cause: 'foreign' });
  });

  it('is foreign when its header is about another task', async () => {
    const [task, other] = [await started(), aTask()];
    await putAside(`response-${task.run}-scan.yaml`, guideText(other));
    expect(engine.unusables[0]).toMatchObject({ cause: 'foreign', run: task.run });
  });

  it('is put aside when it is a link or a folder', async () => {
    const [task, other] = [await started(), aTask()];
    await symlink('/etc/hostname', station.answerPath(task));
    await mkdir(station.answerPath(other));
    await until('both are put aside', () => station.names('ignored').length === 2);
    expect(await station.reasons()).toMatch(/no regular file/);
  });

  it('refers to a payload outside: put aside', async () => {
    const task = await started();
    const payload = { $ref: '.3ox/../../etc/passwd', sha256: 'x' };
    await putAside(`response-${task.run}-scan.yaml`, guideText(task, 'success', payload));
  });

  it('is left alone when it is nothing of ours', async () => {
    await started();
    await writeFile(join(station.answers, 'README.md'), 'x');
    await new Promise((resolve) => setTimeout(resolve, TEST_TIMING.unreadable + 200));
    expect(readdirSync(station.answers)).toEqual(['README.md']);
  });
});

describe('taking an answer', () => {
  it('goes by the inbox under the name that is journaled, and ends in answered', async () => {
    let inbox: readonly string[] = [];
    engine.onAnswer = () => void (inbox = station.names('inbox'));
    const task = await started();
    await station.answer(task, done);
    await until('it is filed', () => station.names('answered').length === 1);
    expect(inbox).toEqual([engine.answers[0]?.name]);
    expect(station.names('answered')).toEqual(inbox);
    expect(inbox[0]).toMatch(new RegExp(`^${task.run}~scan~1~[0-9a-z]+$`));
    expect(station.names('inbox')).toEqual([]);
  });

  it('is kept without the secrets it repeats; their task file is small, whole and private', async () => {
    const secret = 'hunter2-of-the-month';
    const payload = { token: secret, large: 'x'.repeat(100_000) };
    const task = await started({ payload, conceal: [secret] });
    const path = station.taskPath(task);
    expect(readFileSync(path, 'utf8')).toContain(secret);
    expect(readFileSync(path, 'utf8')).not.toContain('$ref');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    await guideAnswer(task, 'success', { said: `it is ${secret}` });
    await until('it is filed', () => station.names('answered').length === 1);
    const [name = ''] = station.names('answered');
    const kept = readFileSync(join(station.station, '.3ox', 'queue', 'answered', name), 'utf8');
    expect(kept).toContain('it is ••••••');
  });

  it('settles the inbox first: a decided name is only moved', async () => {
    const task = aTask();
    const name = `${task.run}~scan~1~abc`;
    await mkdir(station.folders.inbox, { recursive: true });
    await writeFile(join(station.folders.inbox, name), guideText(task));
    engine.decided.add(name);
    engine.open(nextAttempt(task));
    await queue.start(engine);
    expect(engine.answers).toEqual([]);
    expect(station.names('answered')).toEqual([name]);
  });

  it('settles the inbox first: an undecided name keeps its attempt', async () => {
    const task = aTask();
    const name = `${task.run}~scan~1~abc`;
    await mkdir(station.folders.inbox, { recursive: true });
    await writeFile(join(station.folders.inbox, name), guideText(task));
    engine.open(task);
    await queue.start(engine);
    expect(engine.answers).toMatchObject([{ attempt: 1, name }]);
  });

  it('never gives an answer in the inbox to the next attempt', async () => {
    const task = aTask();
    await mkdir(station.folders.inbox, { recursive: true });
    await writeFile(join(station.folders.inbox, `${task.run}~scan~1~abc`), guideText(task));
    engine.open(nextAttempt(task));
    await queue.start(engine);
    expect(engine.answers).toEqual([]);
    expect(engine.ignored).toMatchObject([{ verdict: 'stale' }]);
  });

  it('settles rubbish in the inbox too', async () => {
    await mkdir(station.folders.inbox, { recursive: true });
    const task = aTask();
    await writeFile(join(station.folders.inbox, `${task.run}~scan~1~abc`), '{{');
    await writeFile(join(station.folders.inbox, 'what is this'), '{{');
    await queue.start(engine);
    expect(station.names('inbox')).toEqual([]);
    expect(engine.unusables.map(({ cause }) => cause).toSorted()).toEqual([
      'foreign',
      'unreadable',
    ]);
  });

  it('tries again when it could not be journaled', async () => {
    let broken = true;
    engine.onAnswer = (answer) => {
      if (!broken) return;
      engine.open({ ...task, attempt: answer.attempt });
      throw new Error('the disk is full');
    };
    const task = await started();
    await station.answer(task, done);
    await until('it is in the inbox', () => station.names('inbox').length === 1);
    expect(engine.answers).toEqual([]);
    broken = false;
    await until('it is decided', () => engine.answers.length === 1);
    await until('it is filed', () => station.names('answered').length === 1);
  });

  it('archives answers with an old lease or attempt', async () => {
    const task = await started({ attempt: 2 });
    await station.answer(task, done, { lease: 'old' });
    await until('it is ignored', () => engine.ignored.length === 1);
    await station.answer(task, done, { attempt: 1 });
    await until('it is ignored', () => engine.ignored.length === 2);
    await until('both are filed', () => station.names('ignored').length === 2);
    expect(engine.ignored.map(({ verdict }) => verdict)).toEqual(['stale', 'stale']);
    expect(engine.answers).toEqual([]);
  });

  it('reads the oldest answer first', async () => {
    const tasks = [aTask(), aTask(), aTask()];
    for (const [index, task] of tasks.entries()) {
      engine.open(task);
      await station.answer(task, done);
      const at = new Date(Date.now() - index * 10_000);
      utimesSync(station.answerPath(task), at, at);
    }
    await queue.start(engine);
    expect(engine.answers.map(({ run }) => run)).toEqual(tasks.map(({ run }) => run).toReversed());
  });
});

describe('claims and leases', () => {
  it('a claim that its answer follows at once is no news', async () => {
    const clock = createManualClock(Date.now());
    queue = station.queue({ host: { ...systemHost, clock } });
    const quick = await started();
    await station.claim(quick);
    await station.answer(quick, done);
    await until('the answer', () => engine.answers.length === 1);
    const slow = await offer(aTask());
    await station.claim(slow);
    await until('the other claim', async () => {
      await clock.advance(10);
      return engine.claims.length > 0;
    });
    expect(engine.claims).toEqual([`${slow.run} scan 1 TEST_AGENT`]);
  });

  it('a heartbeat that stops ends the lease', async () => {
    const task = await started({ heartbeat: 300 });
    await station.claim(task);
    await until('the lease ends', () => engine.expired.length === 1);
    expect(engine.expired).toEqual([`${task.run} scan 1`]);
  });

  it('touches and progress keep it alive', async () => {
    const task = await started({ heartbeat: 400 });
    await station.claim(task);
    const path = station.claimPath(task);
    const end = Date.now() + 1_000;
    await until('a second has passed', async () => {
      const now = new Date();
      if (Date.now() < end - 500) utimesSync(path, now, now);
      else {
        const text = `percent: ${Date.now() % 100}\n`;
        await writeFile(join(station.answers, `progress-${task.run}-scan.yaml`), text);
      }
      return Date.now() > end;
    });
    expect(engine.expired).toEqual([]);
    await until('the lease ends', () => engine.expired.length === 1);
  });

  it('does not end without a heartbeat, or before the claim', async () => {
    const [calm, unclaimed] = [await started(), await offer(aTask({ heartbeat: 100 }))];
    await station.claim(calm);
    await until('the claim', () => engine.claims.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(engine.expired).toEqual([]);
    expect(existsSync(station.taskPath(unclaimed))).toBe(true);
  });

  it('is known again after a restart, and the task not offered twice', async () => {
    const task = await started({ heartbeat: 500 });
    await station.claim(task);
    await queue.stop();
    queue = station.queue();
    await queue.start(engine);
    await queue.offer(task);
    expect(existsSync(station.taskPath(task))).toBe(false);
    await until('the lease ends', () => engine.expired.length === 1);
  });

  it('progress of another lease is nobody’s, and none outlives the attempt', async () => {
    const task = await started();
    const path = join(station.answers, `progress-${task.run}-scan.yaml`);
    await writeFile(path, 'percent: 10\nmessage: old\nlease: old\n');
    await writeFile(path, 'percent: 20\nmessage: mine\n');
    await until('the report', () => engine.reports.length > 0);
    // Read while it was replaced, the same report may be read again.
    expect(new Set(engine.reports)).toEqual(new Set([`${task.run} scan 1 20 mine`]));
    await station.answer(task, done);
    await until('the report is gone', () => !existsSync(path));
  });
});

describe('after a restart', () => {
  it('answers are read before anything is offered', async () => {
    const [answered, open] = [aTask(), aTask()];
    for (const task of [answered, open]) engine.open(task);
    await guideAnswer(answered);
    await queue.start(engine);
    expect(engine.answers).toHaveLength(1);
    expect(readdirSync(station.tasks)).toEqual([]);
  });

  it('a task file that is there is not written again', async () => {
    const task = await started();
    await queue.stop();
    const before = statSync(station.taskPath(task));
    queue = station.queue();
    await queue.start(engine);
    await queue.offer(task);
    const after = statSync(station.taskPath(task));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('a task file of an older attempt is replaced', async () => {
    const task = await started();
    await queue.stop();
    queue = station.queue();
    await queue.start(engine);
    const next = await offer(nextAttempt(task));
    expect(readFileSync(station.taskPath(next), 'utf8')).toContain(`lease: ${next.lease}\n`);
  });

  it('what is not open is swept, claims too; what others wrote stays', async () => {
    const [open, old, claimed] = [await started(), await offer(aTask()), await offer(aTask())];
    await station.claim(claimed);
    await queue.stop();
    queue = station.queue();
    await queue.start(engine);
    const foreign = join(station.tasks, `task-${old.run}-theirs.yaml`);
    await writeFile(foreign, 'header: {workflow_id: x, task_id: y, assigned_to: Z}\npayload: {}\n');
    await queue.sweep(new Set([open.lease]));
    expect(existsSync(station.taskPath(open))).toBe(true);
    expect(existsSync(station.taskPath(old))).toBe(false);
    expect(existsSync(station.claimPath(claimed))).toBe(false);
    expect(existsSync(foreign)).toBe(true);
  });

  it('an offer of the process before can be withdrawn', async () => {
    const [task, claimed] = [await started(), await offer(aTask())];
    await station.claim(claimed);
    await queue.stop();
    queue = station.queue();
    await queue.start(engine);
    for (const { run, task: id, lease } of [task, claimed]) await queue.withdraw(run, id, lease);
    expect(existsSync(station.taskPath(task))).toBe(false);
    expect(existsSync(station.claimPath(claimed))).toBe(false);
  });
});

describe('trouble', () => {
  it('loses nothing of a burst', async () => {
    await queue.start(engine);
    const tasks = Array.from({ length: 2_000 }, () => aTask());
    for (const task of tasks) engine.open(task);
    await Promise.all(tasks.map((task) => queue.offer(task)));
    expect(readdirSync(station.tasks)).toHaveLength(2_000);
    for (const task of tasks) writeFileSync(station.answerPath(task), guideText(task));
    await until('all are answered', () => engine.answers.length === 2_000, 60_000);
    expect(new Set(engine.answers.map(({ run }) => run)).size).toBe(2_000);
    expect(engine.unusables).toEqual([]);
  }, 90_000);

  it('makes deleted folders anew and watches them', async () => {
    const first = await started();
    await rm(station.folders.inbox, { recursive: true });
    await rm(station.answers, { recursive: true });
    await rm(station.tasks, { recursive: true });
    await rm(station.folders.temp, { recursive: true });
    await until('they are there', () => existsSync(station.answers) && existsSync(station.tasks));
    const second = await offer(aTask());
    expect(existsSync(station.taskPath(second))).toBe(true);
    for (const task of [first, second]) await guideAnswer(task);
    await until('both are answered', () => engine.answers.length === 2);
  });

  it('delivers without any watcher', async () => {
    const files: QueueFiles = {
      ...createQueueFiles(station.folders.temp),
      watch: () => () => undefined,
    };
    queue = station.queue({ files });
    const task = await started();
    await station.claim(task);
    await until('the claim', () => engine.claims.length === 1);
    await guideAnswer(task);
    await until('the answer', () => engine.answers.length === 1);
  });

  it('builds a watcher again that gave up, without spinning', async () => {
    const real = createQueueFiles(station.folders.temp);
    let watches = 0;
    const fail: (() => void)[] = [];
    const files: QueueFiles = {
      ...real,
      watch(folder, onName, onError) {
        watches += 1;
        fail.push(onError);
        return real.watch(folder, onName, onError);
      },
    };
    queue = station.queue({ files });
    const task = await started();
    const before = watches;
    for (const give of fail.splice(0)) give();
    await until('they are watched again', () => watches >= 2 * before);
    await guideAnswer(task);
    await until('the answer', () => engine.answers.length === 1);
    expect(watches).toBeLessThan(4 * before);
  });

  it.each(['EMFILE', 'EACCES', 'EIO', 'EROFS'])(
    'goes on with the rest when one file gives %s, and tells it once',
    async (code) => {
      const told: string[] = [];
      const logger: Logger = {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (_fields, message) => void told.push(message),
        child: () => logger,
      };
      const real = createQueueFiles(station.folders.temp);
      let broken = '';
      const files: QueueFiles = {
        ...real,
        read(path, size) {
          if (path === broken) throw Object.assign(new Error(code), { code });
          return real.read(path, size);
        },
        move(from, to) {
          if (from === broken && code !== 'EACCES') throw Object.assign(new Error(code), { code });
          return real.move(from, to);
        },
      };
      queue = station.queue({ files, logger });
      const [bad, good] = [await started(), await offer(aTask())];
      broken = station.answerPath(bad);
      await guideAnswer(bad);
      await guideAnswer(good);
      await until('the good one', () => engine.answers.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 3 * TEST_TIMING.rescan));
      if (code === 'EACCES') {
        // It is the file's own fault: aside with it.
        expect(engine.unusables).toMatchObject([{ run: bad.run, cause: 'unreadable' }]);
        return;
      }
      expect(told.filter((message) => message.includes(code))).toHaveLength(1);
      broken = '';
      await until('the other one', () => engine.answers.length === 2);
    },
  );

  it('writes a task file again and again until it can, and withdraws it meanwhile', async () => {
    const real = createQueueFiles(station.folders.temp);
    let full = true;
    const files: QueueFiles = {
      ...real,
      write(path, text) {
        if (full) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        return real.write(path, text);
      },
    };
    queue = station.queue({ files });
    await queue.start(engine);
    const [kept, withdrawn] = [aTask(), aTask()];
    const offers = [offer(kept), offer(withdrawn)];
    await new Promise((resolve) => setTimeout(resolve, 100));
    await queue.withdraw(withdrawn.run, withdrawn.task, withdrawn.lease);
    full = false;
    await Promise.all(offers);
    expect(readdirSync(station.tasks)).toEqual([`task-${kept.run}-scan.yaml`]);
  });

  it('survives a listener that throws', async () => {
    let asked = false;
    engine.claimed = () => {
      asked = true;
      return Promise.reject(new Error('no'));
    };
    const task = await started();
    await station.claim(task);
    await until('the claim is told', () => asked);
    await station.answer(task, done);
    await until('the answer', () => engine.answers.length === 1);
  });
});
