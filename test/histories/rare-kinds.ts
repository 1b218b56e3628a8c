/**
 * A history with the kinds of event that chance seldom brings about: a signal that comes before its
 * WAIT, a child that is cancelled, one that goes back while its parent waits for it, and work that
 * cannot be undone. Played on the memory station by the real engine; returns what it leaves there.
 */
import { join, relative } from 'node:path';
import { createPlay } from '../support/host/play.ts';
import { createMemoryStation, openMemoryStation } from '../support/host/memory-station.ts';
import { someone } from '../support/runtime.ts';
import type { OperatorCommand } from '../../src/runtime/engine.ts';

const OUTER = `workflow:
  id: outer
  version: 1
  tasks:
    - id: first
      assigned_to: A
      compensate: { assigned_to: A, input: { gone: '\${first.output.not.there}' } }
    - { id: go, type: WAIT, signal: go, depends_on: first }
    - { id: one, type: SUB_WORKFLOW, workflow: inner, depends_on: go, on_failure: continue }
    - { id: two, type: SUB_WORKFLOW, workflow: inner, depends_on: go }
    - { id: last, assigned_to: A, depends_on: go }
`;
const INNER = `workflow:
  id: inner
  version: 1
  tasks:
    - { id: work, assigned_to: A }
    - { id: ask, type: HUMAN, depends_on: work, approval_options: { APPROVE: {}, REVISE: { back_to: work } } }
`;
/** What it is played for. */
export const RARE_KINDS = [
  'AttemptCancelled',
  'ChildFollowed',
  'SignalTaken',
  'WarningRaised',
] as const;

const WORKSPACE = '/station/.3ox';

export const playRareKinds = async (): Promise<ReadonlyMap<string, Buffer>> => {
  const { time, machine } = createMemoryStation(1);
  const { during, goOnFor } = createPlay(time);
  for (const [name, text] of Object.entries({ outer: OUTER, inner: INNER })) {
    machine.disk.put(`/station/.3ox.index/CORE/WORKFLOWS/${name}.workflow.yaml`, Buffer.from(text));
  }
  const open = await during(openMemoryStation(machine.start('engine').host));
  const { engine } = open;
  const agent = machine.start('agent').host.files;

  const operate = async (command: OperatorCommand): Promise<void> => {
    const result = await during(engine.operate(command, someone));
    if (result.type !== 'done') throw new Error(JSON.stringify(result));
    await goOnFor(1_000);
  };
  const answer = async (run: string, task: string): Promise<void> => {
    const file = agent.open(join(WORKSPACE, 'response-queue', `response-${run}-${task}.yaml`), 'w');
    agent.write(file, Buffer.from('header: { status: success }\npayload: { a: 1 }\n'), 0);
    agent.close(file);
    agent.remove(join(WORKSPACE, 'task-queue', `task-${run}-${task}.yaml`));
    await goOnFor(5_000);
  };

  const asked = { workflow: 'outer', version: null, input: {}, key: null, origin: null };
  const started = await during(engine.start({ ...asked, by: someone }));
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  const { run } = started.view;
  await goOnFor(1_000);
  // 1. The signal first, then the WAIT.
  await operate({ type: 'signal', run, name: 'go', output: {}, note: null });
  await answer(run, 'first');
  const children = engine.live().filter(({ parent }) => parent !== null);
  const childOf = (task: string): string =>
    children.find(({ parent }) => parent?.task === task)?.run ?? '';
  // 2. One child is sent back by people while its parent waits for it, and ends.
  const two = childOf('two');
  for (const option of ['REVISE', 'APPROVE']) {
    await answer(two, 'work');
    await operate({ type: 'choose', run: two, task: 'ask', option, note: null });
  }
  // 3. The other one is cancelled, then the parent, whose work cannot be undone.
  await operate({ type: 'cancel', run: childOf('one'), note: null });
  await operate({ type: 'cancel', run, compensate: true, note: null });
  await during(open.stop());
  const left = ['journal', 'archive'].flatMap((folder) =>
    machine.disk.below(join(WORKSPACE, folder)),
  );
  return new Map(
    left.flatMap((path) => {
      const bytes = path.endsWith('.jsonl') ? machine.disk.read(path) : null;
      return bytes === null ? [] : [[relative(WORKSPACE, path), bytes] as const];
    }),
  );
};
