import { describe, expect, it } from 'vitest';
import type { AgentTask } from '../../src/agents/queue.ts';
import type { Json } from '../../src/lib/json.ts';
import type { RunView } from '../../src/engine/view.types.ts';
import { definition, simple } from '../support/definition.ts';
import { createWorld, someone, type World } from '../support/runtime.ts';

const twoSteps = definition({
  tasks: [simple('first'), simple('second', { dependsOn: ['first'], outputTo: 'out/second.yaml' })],
});

const start = async (world: World, key: string | null = null): Promise<RunView> => {
  const started = await world.engine.start({
    workflow: 'test-flow',
    version: null,
    input: {},
    by: someone,
    key,
    origin: null,
  });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  return started.view;
};

const offered = (world: World, task: string): AgentTask => {
  const found = world.queue.offered().find((offer) => offer.task === task);
  if (found === undefined) {
    throw new Error(
      `${task} is not on offer; ${world.queue
        .offered()
        .map((offer) => offer.task)
        .join()}`,
    );
  }
  return found;
};

const succeed = (world: World, task: string, output: Json = {}) => {
  const { run, lease, attempt } = offered(world, task);
  return world.queue.answer({
    run,
    task,
    lease,
    attempt,
    agent: 'WORKER',
    result: { type: 'success', output },
  });
};

const fail = (world: World, task: string, message: string) => {
  const { run, lease, attempt } = offered(world, task);
  return world.queue.answer({
    run,
    task,
    lease,
    attempt,
    agent: 'WORKER',
    result: {
      type: 'failure',
      error: { type: 'AgentError', message, retryable: null, retryAfter: null },
      output: {},
    },
  });
};

/** Lets everything that needs no time happen. */
const settle = (world: World): Promise<void> => world.clock.advance(0);

const viewOf = async (world: World, run: string): Promise<RunView> => {
  const view = await world.engine.view(run);
  if (view === null) throw new Error(`run ${run} is gone`);
  return view;
};

describe('the embedded engine', () => {
  it('runs tasks in order, writes output_to, shows and audits what happened', async () => {
    const world = await createWorld({ definitions: [twoSteps] });
    const { run } = await start(world);
    await settle(world);
    expect(world.queue.offered().map(({ task }) => task)).toEqual(['first']);
    expect(await succeed(world, 'first', { found: 3 })).toBe('accepted');
    await settle(world);
    await succeed(world, 'second', { ok: true });
    await settle(world);
    const view = await viewOf(world, run);
    expect(view.status).toBe('COMPLETED');
    expect(world.files.get('out/second.yaml')).toBe('ok: true\n');
    expect(world.shown.get(run)).toMatchObject({ definition_id: 'test-flow', status: 'COMPLETED' });
    expect(world.audit.map(({ text }) => text.split(' ')[1])).toContain('RunEnded');
  });

  it('never starts two runs for one key, not even at the same time or after a restart (I3)', async () => {
    const world = await createWorld({ definitions: [twoSteps] });
    const [one, two] = await Promise.all([start(world, 'discord:1'), start(world, 'discord:1')]);
    expect(two.run).toBe(one.run);
    const again = await world.restart();
    expect((await start(again, 'discord:1')).run).toBe(one.run);
  });

  it('offers open attempts again after a restart, with the same lease, and repeats nothing finished (I2)', async () => {
    const world = await createWorld({ definitions: [twoSteps] });
    const { run } = await start(world);
    await settle(world);
    await succeed(world, 'first');
    await settle(world);
    const before = offered(world, 'second');
    const again = await world.restart();
    await settle(again);
    expect(again.engine.recovery.resumed.map((view) => view.run)).toEqual([run]);
    expect(again.queue.offered().map(({ task, lease }) => [task, lease])).toEqual([
      ['second', before.lease],
    ]);
  });

  it('acknowledges nothing after the journal failed, and still answers reads (I1)', async () => {
    const world = await createWorld({ definitions: [twoSteps] });
    const { run } = await start(world);
    await settle(world);
    world.journal.stop(new Error('ENOSPC: no space left on device'));
    await expect(start(world)).rejects.toMatchObject({ code: 'ENGINE_STOPPED' });
    expect(world.stops).toHaveLength(1);
    expect((await viewOf(world, run)).status).toBe('RUNNING');
  });

  it('withdraws the offer and cancels what is open when a run is cancelled', async () => {
    const world = await createWorld({ definitions: [twoSteps] });
    const { run } = await start(world);
    await settle(world);
    const { lease, attempt } = offered(world, 'first');
    const result = await world.engine.operate(
      { type: 'cancel', run, note: 'wrong folder' },
      someone,
    );
    expect(result).toMatchObject({ type: 'done', changed: true });
    await settle(world);
    expect(world.queue.offered()).toEqual([]);
    expect((await viewOf(world, run)).tasks.map(({ status }) => status)).toEqual([
      'CANCELLED',
      'CANCELLED',
    ]);
    const late = await world.queue.answer({
      run,
      task: 'first',
      lease,
      attempt,
      agent: 'WORKER',
      result: { type: 'success', output: {} },
    });
    expect(late).not.toBe('accepted');
    expect((await viewOf(world, run)).status).toBe('CANCELLED');
  });

  it('retries a failed run in its next generation and previews it without recording anything', async () => {
    const world = await createWorld({ definitions: [twoSteps] });
    const { run } = await start(world);
    await settle(world);
    await succeed(world, 'first');
    await settle(world);
    await fail(world, 'second', 'disk full');
    await settle(world);
    const { version, status, reason } = await viewOf(world, run);
    expect([status, reason]).toEqual(['FAILED', 'second: AgentError: disk full']);
    const retry = { type: 'retry', run, note: null } as const;
    expect(await world.engine.operate(retry, someone, { dryRun: true })).toMatchObject({
      changed: false,
      runAgain: ['second'],
      kept: ['first'],
    });
    expect((await viewOf(world, run)).version).toBe(version);
    await world.engine.operate(retry, someone);
    await settle(world);
    expect(world.queue.offered().map(({ task, attempt }) => [task, attempt])).toEqual([
      ['second', 2],
    ]);
    expect((await viewOf(world, run)).generation).toBe(2);
  });

  it('archives a quiet finished run and brings it back for a retry', async () => {
    const world = await createWorld({ definitions: [twoSteps], archiveAfter: 5_000 });
    const { run, handle } = await start(world);
    await settle(world);
    await fail(world, 'first', 'no');
    await world.clock.advance(6_000);
    expect(world.engine.live()).toEqual([]);
    expect(world.shown.has(run)).toBe(false);
    expect((await viewOf(world, run)).status).toBe('FAILED');
    expect(await world.engine.resolve(handle.toLowerCase())).toEqual({ type: 'found', run });
    const result = await world.engine.operate({ type: 'retry', run, note: null }, someone);
    expect(result.type).toBe('done');
    await settle(world);
    expect(world.queue.offered().map(({ task }) => task)).toEqual(['first']);
  });

  it('knows key, handle and status of an archived run, and so does the next engine (I3)', async () => {
    let world = await createWorld({ definitions: [twoSteps], archiveAfter: 5_000 });
    const { run, handle } = await start(world, 'discord:1');
    await settle(world);
    await fail(world, 'first', 'no');
    await world.clock.advance(6_000);
    const other = await start(world, 'discord:2');
    for (const next of [world, await world.restart()]) {
      world = next;
      expect((await start(world, 'discord:1')).run).toBe(run);
      expect((await world.engine.list({})).map((line) => line.run)).toEqual([other.run, run]);
      expect((await world.engine.list({ status: ['failed'] })).map((line) => line.run)).toEqual([
        run,
      ]);
      expect(await world.engine.resolve(handle.slice(0, 3))).toEqual({ type: 'found', run });
      expect(await world.engine.resolve('wf-')).toMatchObject({ type: 'ambiguous' });
      expect(await world.engine.resolve('nobody')).toMatchObject({ type: 'unknown' });
      expect([...(await world.engine.counts())]).toEqual([
        ['FAILED', 1],
        ['RUNNING', 1],
      ]);
    }
    // Live again, it is counted and listed once.
    await world.engine.operate({ type: 'retry', run, note: null }, someone);
    expect((await start(world, 'discord:1')).run).toBe(run);
    expect((await world.engine.list({})).map((line) => line.run)).toEqual([other.run, run]);
    expect((await world.engine.counts()).get('RUNNING')).toBe(2);
  });

  it('lets tasks of a limited agent wait for a slot, the longest waiting first', async () => {
    const limits = {
      limitOf: () => ({ concurrency: 1, rate: null }),
      limited: () => ['WORKER'],
    };
    const world = await createWorld({ definitions: [twoSteps], limits });
    const first = await start(world);
    const second = await start(world);
    await settle(world);
    expect(world.queue.offered().map((offer) => offer.run)).toEqual([first.run]);
    expect((await viewOf(world, second.run)).tasks[0]?.waiting_for?.kind).toBe('slot');
    await succeed(world, 'first');
    await settle(world);
    expect(world.queue.offered().map((offer) => offer.run)).toEqual([second.run]);
  });

  it('starts the failure workflow once, as a run that names the failed one', async () => {
    const failing = definition({
      tasks: [simple('only')],
      failureWorkflow: {
        kind: 'steps',
        definition: definition({
          id: 'test-flow-failure',
          tasks: [
            simple('log', { executor: { kind: 'function', name: 'log_to_incident' } }),
            simple('report', {
              executor: { kind: 'function', name: 'generate_incident' },
              dependsOn: ['log'],
            }),
          ],
        }),
      },
    });
    const world = await createWorld({ definitions: [failing] });
    const { run } = await start(world);
    await settle(world);
    await fail(world, 'only', 'sensor broke');
    await world.clock.advance(10);
    const failed = await viewOf(world, run);
    expect(failed.status).toBe('FAILED');
    const reaction = await viewOf(world, failed.failure_run ?? 'none');
    expect([reaction.failure_of, reaction.status]).toEqual([run, 'COMPLETED']);
    expect(world.files.get(`.3ox/incidents/INCIDENT.${run}.md`)).toContain('sensor broke');
    const again = await world.restart();
    await settle(again);
    const runs = await again.engine.list({});
    expect(runs).toHaveLength(2);
  });

  it('refuses a start whose pre-check fails, and makes no run', async () => {
    const checked = definition({
      tasks: [simple('only')],
      input: [
        {
          name: 'folder',
          required: true,
          type: 'path',
          description: null,
          default: null,
          enum: null,
          pattern: null,
          secret: false,
        },
      ],
      preChecks: [{ check: 'folder_exists', error: null }],
    });
    const world = await createWorld({ definitions: [checked], files: { 'here/a.txt': '' } });
    const request = (folder: string) => ({
      workflow: 'test-flow',
      version: null,
      input: { folder: { type: 'text' as const, text: folder } },
      by: someone,
      key: null,
      origin: null,
    });
    const refused = await world.engine.start(request('gone'));
    expect(refused).toMatchObject({ type: 'rejected', code: 'PRE_CHECK_FAILED' });
    expect(await world.engine.list({})).toEqual([]);
    expect((await world.engine.start(request('here'))).type).toBe('started');
  });
});
