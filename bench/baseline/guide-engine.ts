/**
 * The engine of the user's guide, kept small and honest: state tracker, executor, task
 * adapter and queue polling as its phases 1 and 2 print them. Run as a process:
 * `guide-engine.ts <station> <definition> <runs> <turns> <deadline ms>`; prints one JSON line.
 */
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';

interface GuideTask {
  readonly id: string;
  readonly name: string;
  readonly depends_on?: readonly string[];
  readonly assigned_to: string;
  readonly timeout: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface GuideRun {
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly tasks: Record<string, { status: string; attempts: number; output: unknown }>;
  status: string;
}

const [station = '.', definitionFile = '', runs = '1', turns = '1', deadline = '60000'] =
  process.argv.slice(2);
const definition = load(await readFile(definitionFile, 'utf8')) as {
  workflow: { id: string; tasks: readonly GuideTask[] };
};
const active = new Map<string, GuideRun>();
let giveUpAt = 0;

const persist = async (): Promise<void> => {
  await writeFile(
    join(station, '.3ox', 'workflow.state.yaml'),
    dump(Object.fromEntries(active), { noRefs: true }),
  );
};

const setStatus = async (
  run: GuideRun,
  task: string,
  status: string,
  output: unknown = null,
): Promise<void> => {
  run.tasks[task] = { status, attempts: 0, output };
  await persist();
};

/** `${workflow.input.x}` and `${task.output.x}`, whole strings only, as in the guide. */
const resolve = (run: GuideRun, value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const input = /^\$\{workflow\.input\.([^}]+)\}$/u.exec(value)?.[1];
  if (input !== undefined) return run.input[input];
  const output = /^\$\{([^.]+)\.output\.([^}]+)\}$/u.exec(value);
  if (output?.[1] === undefined || output[2] === undefined) return value;
  const from = run.tasks[output[1]]?.output;
  return typeof from === 'object' && from !== null ? Reflect.get(from, output[2]) : undefined;
};

const waitForResponse = async (run: string, task: string): Promise<unknown> => {
  const file = join(station, '.3ox', 'response-queue', `response-${run}-${task}.yaml`);
  for (;;) {
    try {
      const response = load(await readFile(file, 'utf8')) as { payload: unknown };
      await unlink(file);
      return response.payload;
    } catch {
      if (Date.now() > giveUpAt) throw new Error(`Task timeout: ${task}`);
      await new Promise((done) => setTimeout(done, 500));
    }
  }
};

const executeTask = async (run: GuideRun, task: GuideTask): Promise<void> => {
  await setStatus(run, task.id, 'IN_PROGRESS');
  const payload = Object.fromEntries(
    Object.entries(task.input).map(([key, value]) => [key, resolve(run, value)]),
  );
  const message = {
    header: {
      workflow_id: run.id,
      task_id: task.id,
      task_name: task.name,
      assigned_to: task.assigned_to,
      timeout: task.timeout,
      requires_response: true,
    },
    payload,
    routing: { urgency: 'normal', reply_to: '.3ox/response-queue/' },
  };
  await writeFile(
    join(station, '.3ox', 'task-queue', `task-${run.id}-${task.id}.yaml`),
    dump(message, { noRefs: true }),
  );
  await setStatus(run, task.id, 'COMPLETED', await waitForResponse(run.id, task.id));
};

const execute = async (run: GuideRun): Promise<void> => {
  for (;;) {
    const ready = definition.workflow.tasks.filter(
      (task) =>
        run.tasks[task.id]?.status === 'PENDING' &&
        (task.depends_on ?? []).every((id) => run.tasks[id]?.status === 'COMPLETED'),
    );
    if (ready.length === 0) break;
    await Promise.all(ready.map((task) => executeTask(run, task)));
  }
  run.status = 'COMPLETED';
  await persist();
  active.delete(run.id);
};

const times: number[] = [];
let lost = 0;
for (let turn = 0; turn < Number(turns); turn += 1) {
  const begun = performance.now();
  giveUpAt = Date.now() + Number(deadline);
  const results = await Promise.allSettled(
    Array.from({ length: Number(runs) }, async (_, index) => {
      const run: GuideRun = {
        id: `wf-${Date.now()}-${String(index).padStart(9, '0')}`,
        status: 'RUNNING',
        input: JSON.parse(process.env['BENCH_INPUT'] ?? '{}') as Record<string, unknown>,
        tasks: Object.fromEntries(
          definition.workflow.tasks.map(({ id }) => [
            id,
            { status: 'PENDING', attempts: 0, output: null },
          ]),
        ),
      };
      active.set(run.id, run);
      await persist();
      await execute(run);
    }),
  );
  times.push(performance.now() - begun);
  lost += results.filter(({ status }) => status === 'rejected').length;
}
console.log(JSON.stringify({ times, lost }));
process.exit(0);
