/**
 * One case of a test file played on an engine of its own. Owns who acts when: agents answer as
 * soon as they are offered something, then people, then signals, then time. A task without an
 * answer stays as it is, and the case ends there.
 */
import type { DefinitionEntry } from '../runtime/engine.ts';
import type { RecordedEvent } from '../engine/events.ts';
import type { RunView, TaskView } from '../engine/view.types.ts';
import type { CaseAnswer, CaseFile, TestCase } from './case-file.ts';
import { createTestEngine, testUser } from './test-engine.ts';
import type { TestEngine } from './test-engine.types.ts';

/** What a case came to. */
export type Played =
  | {
      readonly type: 'ran';
      readonly run: RunView;
      /** Its history, oldest first. */
      readonly events: readonly RecordedEvent[];
      /** Status of the failure workflow's run, or null where none was started. */
      readonly failureRun: string | null;
      readonly files: ReadonlyMap<string, string>;
    }
  | { readonly type: 'refused'; readonly reason: string };

/** Plays `test` with the definitions of `entries`. */
export const playCase = async (
  test: TestCase,
  { workflow, version }: Pick<CaseFile, 'workflow' | 'version'>,
  entries: readonly DefinitionEntry[],
): Promise<Played> => {
  const missing = new Set(test.missing);
  const engine = await createTestEngine({
    definitions: entries.map(({ definition }) => definition),
    files: test.files,
    exists: (path) => !missing.has(path),
  });
  try {
    const started = await engine.start(
      workflow,
      test.input,
      version === undefined ? {} : { version },
    );
    if (started.type !== 'started') return { type: 'refused', reason: refusalOf(started) };
    const { run } = started.view;
    await act(engine, run, test);
    const view = await engine.status(run);
    const failure = view.failure_run === null ? null : await engine.engine.view(view.failure_run);
    return {
      type: 'ran',
      run: view,
      events: await engine.engine.events(run),
      failureRun: failure?.status ?? null,
      files: engine.files,
    };
  } finally {
    await engine.stop();
  }
};

const refusalOf = (
  problem: Exclude<Awaited<ReturnType<TestEngine['start']>>, { type: 'started' }>,
): string =>
  problem.type === 'invalid_input'
    ? problem.problems.map(({ message }) => message).join('; ')
    : problem.message;

const act = async (engine: TestEngine, run: string, test: TestCase): Promise<void> => {
  const used = new Map<string, number>();
  const quiet = async (): Promise<void> => {
    while ((await answerAgents(engine, test, used)) || (await answerPeople(engine, test, used)));
  };
  await quiet();
  for (const signal of test.signals) {
    const { name, payload = null } = typeof signal === 'string' ? { name: signal } : signal;
    const sent = await engine.operate({ type: 'signal', run, name, output: payload, note: null });
    if (sent.type === 'rejected') throw new CaseError(`signals.${name}: ${sent.message}`);
    await quiet();
  }
  if (test.advance === undefined || test.advance === null) {
    for (let due = await nextRetry(engine, test, run); due !== null;) {
      await engine.advance(due - engine.now());
      await quiet();
      due = await nextRetry(engine, test, run);
    }
    return;
  }
  for (const step of test.advance) {
    await engine.advance(step);
    await quiet();
  }
};

/** Answers every offer there is an answer for. True when one was. */
const answerAgents = async (
  engine: TestEngine,
  test: TestCase,
  used: Map<string, number>,
): Promise<boolean> => {
  let answered = false;
  for (const offer of engine.offered()) {
    const view = await engine.status(offer.run);
    const row = view.tasks.find(({ id }) => id === offer.task);
    const answer =
      row === undefined
        ? null
        : answerFor(test, row, view.parent?.task ?? null, offer.attempt, used);
    if (answer === null || 'hang' in answer) continue;
    const { run, task, attempt, lease } = offer;
    await engine.answer({ run, task, attempt, lease }, answer);
    answered = true;
  }
  return answered;
};

/**
 * Answers written for the row itself (`scan.3`, or `check.0/scan` in a child run) are one per attempt. Those written for its task
 * serve every item alike, and the iterations of a loop one after the other; a single one serves
 * each iteration.
 */
const answerFor = (
  test: TestCase,
  row: TaskView,
  parent: string | null,
  attempt: number,
  used: Map<string, number>,
): CaseAnswer | null => {
  const within = parent === null ? null : listFor(test.answers, `${parent}/${row.id}`);
  const own = within ?? listFor(test.answers, row.id);
  const shared = listFor(test.answers, row.task);
  if (own !== null) return own[attempt - 1] ?? null;
  if (shared === null) return null;
  if (row.iteration === null || (shared.length === 1 && attempt === 1)) {
    return shared[attempt - 1] ?? null;
  }
  const key = `${row.id}#${attempt}`;
  const place = used.get(key) ?? countOf(used, row.task);
  used.set(key, place);
  return shared[place] ?? null;
};

const countOf = (used: Map<string, number>, task: string): number => {
  const count = used.get(task) ?? 0;
  used.set(task, count + 1);
  return count;
};

/** Answers one open question there is a choice for. True when it was answered. */
const answerPeople = async (
  engine: TestEngine,
  test: TestCase,
  used: Map<string, number>,
): Promise<boolean> => {
  for (const view of engine.engine.live()) {
    for (const row of view.tasks) {
      const choices = listFor(test.approvals, row.id) ?? listFor(test.approvals, row.task);
      if (row.status !== 'PENDING_APPROVAL' || choices === null) continue;
      const key = `approval:${view.run}:${row.id}`;
      const place = used.get(key) ?? 0;
      const choice = choices[place];
      if (choice === undefined) continue;
      used.set(key, place + 1);
      const {
        option,
        note = null,
        by = 'approver',
      } = typeof choice === 'string' ? { option: choice } : choice;
      const command = { type: 'choose', run: view.run, task: row.id, option, note } as const;
      const who = { ...testUser, user: `os:${by}`, name: by };
      const result = await engine.operate(command, { by: who });
      if (result.type === 'rejected') {
        throw new CaseError(`approvals.${row.id}: ${option} was refused: ${result.message}`);
      }
      return true;
    }
  }
  return false;
};

/** A case asks for something that cannot be done. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
  readonly code = 'TEST_CASE';
}

/** When the next waiting retry that has an answer is due, ms since the epoch, or null. */
const nextRetry = async (
  engine: TestEngine,
  test: TestCase,
  run: string,
): Promise<number | null> => {
  const { tasks } = await engine.status(run);
  const due = tasks
    .filter(({ status }) => status === 'RETRYING')
    .filter((row) => {
      const list = listFor(test.answers, row.id) ?? listFor(test.answers, row.task);
      return list !== null && list.length > row.attempts.length;
    })
    .flatMap(({ waiting_for: waiting }) => waiting?.until ?? [])
    .map((until) => Date.parse(until));
  return due.length === 0 ? null : Math.min(...due);
};

const listFor = <T>(lists: Readonly<Record<string, T>>, name: string): T | null =>
  Object.hasOwn(lists, name) ? (lists[name] ?? null) : null;
