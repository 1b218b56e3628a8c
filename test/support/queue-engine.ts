/** An engine as a queue sees it, small enough to be obviously right: open attempts and a record of calls. */
import type { AgentAnswer, AgentTask, QueueListener } from '../../src/agents/queue.ts';

type Unusable = Parameters<QueueListener['unusable']>[0];

/** What the queue told it, and the means to open attempts. */
export interface QueueEngine extends QueueListener {
  readonly answers: AgentAnswer[];
  /** Answers that changed nothing, with the verdict they got. */
  readonly ignored: { readonly answer: AgentAnswer; readonly verdict: string }[];
  readonly unusables: Unusable[];
  readonly claims: string[];
  readonly reports: string[];
  readonly expired: string[];
  readonly decided: Set<string>;
  /** Called with each accepted answer before it counts as journaled. */
  onAnswer: (answer: AgentAnswer) => Promise<void> | void;
  open(task: Pick<AgentTask, 'run' | 'task' | 'attempt' | 'lease'>): void;
  close(run: string, task: string): void;
}

export const createQueueEngine = (): QueueEngine => {
  const attempts = new Map<string, { readonly attempt: number; readonly lease: string }>();
  const engine: QueueEngine = {
    answers: [],
    ignored: [],
    unusables: [],
    claims: [],
    reports: [],
    expired: [],
    decided: new Set(),
    onAnswer: () => undefined,
    open: ({ run, task, attempt, lease }) =>
      void attempts.set(`${run} ${task}`, { attempt, lease }),
    close: (run, task) => void attempts.delete(`${run} ${task}`),
    openAttempt: (run, task) => attempts.get(`${run} ${task}`) ?? null,
    isDecided: (_run, name) => engine.decided.has(name),
    async answer(answer) {
      const open = engine.openAttempt(answer.run, answer.task);
      const verdict = verdictOf(answer, open);
      if (verdict === 'accepted') {
        engine.close(answer.run, answer.task);
        await engine.onAnswer(answer);
        engine.answers.push(answer);
      } else engine.ignored.push({ answer, verdict });
      engine.decided.add(answer.name);
      return verdict;
    },
    unusable: async (info) => void engine.unusables.push(info),
    claimed: async (run, task, attempt, agent) =>
      void engine.claims.push(`${run} ${task} ${attempt} ${agent}`),
    progress: async (run, task, attempt, percent, message) =>
      void engine.reports.push(`${run} ${task} ${attempt} ${percent} ${message}`),
    leaseExpired: async (run, task, attempt) => {
      engine.expired.push(`${run} ${task} ${attempt}`);
      engine.close(run, task);
    },
  };
  return engine;
};

const verdictOf = (
  answer: AgentAnswer,
  open: { readonly attempt: number; readonly lease: string } | null,
) => {
  if (open === null) return 'late';
  if (answer.attempt !== open.attempt) return 'stale';
  return answer.lease !== null && answer.lease !== open.lease ? 'stale' : 'accepted';
};

let count = 0;

/** A task with believable values; ids are new unless given. */
export const aTask = (values: Partial<AgentTask> = {}): AgentTask => {
  count += 1;
  const attempt = values.attempt ?? 1;
  return {
    run: `wf-1759800000000-${count.toString(36).padStart(9, '0')}`,
    task: 'scan',
    definitionTask: values.task ?? 'scan',
    taskName: 'Scan files',
    workflow: 'inventory-validation-v1',
    attempt,
    lease: `lease-${count}-${attempt}`,
    agentLevel: 'L1',
    assignedTo: 'TEST_AGENT',
    timeout: 60_000,
    heartbeat: null,
    createdAt: Date.now(),
    deadline: Date.now() + 60_000,
    previousFailure: null,
    previousFeedback: null,
    forbidden: [],
    readAccess: null,
    writeAccess: null,
    urgency: 'normal',
    payload: { folder: '0UT.3OX' },
    conceal: [],
    ...values,
  };
};

/** Waits until `check` gives something other than false, null and undefined. */
export const until = async <T>(
  what: string,
  check: () => T | Promise<T>,
  deadline = 20_000,
): Promise<NonNullable<T>> => {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await check();
    if (found !== false && found !== null && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${deadline} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
