/** Where a secret may be and where it never is: one run, looked at from all sides. */
import { describe, expect, it } from 'vitest';
import type { AgentAnswer, AgentTask } from '../../src/agents/queue.ts';
import type { LogLine } from '../../src/engine/answers.ts';
import type { InputDefinition, WorkflowDefinition } from '../../src/engine/definition.ts';
import type { Json } from '../../src/lib/json.ts';
import type { Engine } from '../../src/runtime/engine.ts';
import { definition } from '../support/definition.ts';
import { input, simple } from '../support/engine-definitions.ts';
import { createWorld, someone, type World } from '../support/runtime.ts';

const GIVEN = 'hunter2-of-the-month';
const NAMED = 'sk-live/"1234"';

const secretInput = (parts: Partial<InputDefinition> = {}): InputDefinition =>
  input('token', { type: 'string', secret: true, required: true, ...parts });

const login = (parts: Partial<WorkflowDefinition> = {}): WorkflowDefinition =>
  definition({
    id: 'login',
    input: [secretInput(), input('note', { type: 'string' })],
    tasks: [
      simple('first', {
        input: {
          token: '${workflow.input.token}',
          header: 'Bearer ${secret.API_KEY}',
          note: '${workflow.input.note}',
        },
      }),
      simple('second', { dependsOn: ['first'], input: { from: '${first.output}' } }),
    ],
    ...parts,
  });

const begin = async (
  given: Readonly<Record<string, Json>> = { token: GIVEN },
  definitions: readonly WorkflowDefinition[] = [login()],
): Promise<{ world: World; run: string }> => {
  const world = await createWorld({ definitions, secrets: { API_KEY: NAMED } });
  const started = await start(world.engine, given);
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  return { world, run: started.view.run };
};

const start = (engine: Engine, given: Readonly<Record<string, Json>>) =>
  engine.start({
    workflow: 'login',
    version: null,
    input: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, { type: 'value' as const, value }]),
    ),
    by: someone,
    key: null,
    origin: null,
  });

const offered = ({ queue }: World, task: string): AgentTask | undefined =>
  queue.offered().find((offer) => offer.task === task);

/** The first task's agent answers. */
const answer = async (
  { queue, clock }: World,
  run: string,
  result: AgentAnswer['result'],
  log: AgentAnswer['log'] = null,
): Promise<void> => {
  const answering = { run, task: 'first', lease: null, attempt: null, agent: 'AGENT' };
  await queue.answer({ ...answering, log, result });
  await clock.advance(0);
};

const failure = (message: string): AgentAnswer['result'] => ({
  type: 'failure',
  error: { type: 'AuthError', message, retryable: false, retryAfter: null },
  output: { message },
});

/** Everything written down or shown so far. */
const traces = async ({ engine, journal, shown, audit, files }: World): Promise<string> => {
  const records: unknown[] = [];
  for await (const record of journal.replay()) records.push(record);
  return JSON.stringify([
    records,
    [...shown.values()],
    audit,
    [...files],
    engine.live(),
    await Promise.all(engine.live().map(({ run }) => engine.events(run))),
  ]);
};

/** Without quotes, which JSON would escape. */
const clean = (text: string): void => {
  expect(text).not.toContain(GIVEN);
  expect(text).not.toContain('sk-live');
};

describe('a secret', () => {
  it('is in the task file, and nowhere else', async () => {
    const { world } = await begin();
    const [task] = world.queue.offered();
    expect(task?.payload).toMatchObject({ token: GIVEN, header: `Bearer ${NAMED}` });
    expect(task?.conceal).toEqual(expect.arrayContaining([GIVEN, NAMED]));
    clean(await traces(world));
    expect(world.engine.live()[0]?.input).toMatchObject({ token: '••••••' });
  });

  it('is covered in what comes back, in every form, before it is journaled', async () => {
    const { world, run } = await begin();
    const echo = {
      plain: GIVEN,
      inside: `login with ${GIVEN}!`,
      json: JSON.stringify({ key: NAMED }),
      url: `https://example.org/?key=${encodeURIComponent(NAMED)}`,
      [`key ${GIVEN}`]: 1,
    };
    const { lease = '' } = offered(world, 'first') ?? {};
    await world.queue.progress({ run, task: 'first', lease }, 50, `using ${GIVEN}`);
    const said: LogLine = {
      level: 'warn',
      message: `${'x'.repeat(995)}${GIVEN} and ${NAMED}`,
      at: null,
    };
    const log = { lines: [said, { ...said, message: `using ${GIVEN}` }], dropped: 0 };
    await answer(world, run, { type: 'success', output: echo }, log);
    const text = await traces(world);
    clean(text);
    expect(text).not.toContain(encodeURIComponent(NAMED));
    expect(text).toContain('using ••••••');
    // Covered before it is cut.
    expect(text).not.toContain('xhunt');
    const second = offered(world, 'second');
    expect(second?.payload).toMatchObject({ from: { plain: '••••••' } });
    expect(second?.conceal).toEqual([]);
  });

  it('is covered in failures and in what people write', async () => {
    const { world, run } = await begin();
    await world.engine.operate({ type: 'pause', run, note: `because ${GIVEN}` }, someone);
    await world.engine.operate({ type: 'resume', run, note: null }, someone);
    await answer(world, run, failure(`${NAMED} was refused`));
    const text = await traces(world);
    clean(text);
    expect(text).toContain('•••••• was refused');
  });

  it('survives a restart, and is gone when its run is archived', async () => {
    const { world, run } = await begin();
    const again = await world.restart();
    const [task] = again.queue.offered();
    expect(task?.payload).toMatchObject({ token: GIVEN });
    expect(again.secrets.seals()).toHaveLength(1);
    await again.engine.operate({ type: 'cancel', run, note: null }, someone);
    await again.clock.advance(120_000);
    expect(again.engine.live()).toEqual([]);
    expect(again.secrets.seals()).toEqual([]);
    // Retried from the archive, its value is no more: the task says so.
    await again.engine.operate({ type: 'retry', run, note: null }, someone);
    await again.clock.advance(0);
    expect((await again.engine.view(run))?.reason).toMatch(
      /first: SecretError: .*start a new run/u,
    );
  });

  it('keeps its type, and is looked for in all its parts', async () => {
    const value = { user: 'ann', pin: 482913 };
    const { world, run } = await begin({ token: value }, [
      login({ input: [secretInput({ type: 'object' }), input('note', {})] }),
    ]);
    expect(world.queue.offered()[0]?.payload).toMatchObject({ token: value });
    await answer(world, run, { type: 'success', output: { pin: 482913, text: 'pin 482913' } });
    expect(await traces(world)).not.toContain('482913');
  });
});

describe('a run that goes back', () => {
  it('takes new values when it is given new input, and keeps the old ones otherwise', async () => {
    const { world, run } = await begin();
    await answer(world, run, failure('no'));
    const plain = { type: 'rerun', run, task: null, latest: false, note: null } as const;
    await world.engine.operate({ ...plain, input: null }, someone);
    expect(offered(world, 'first')?.payload).toMatchObject({ token: GIVEN });
    await answer(world, run, failure('no'));

    const given = { token: { type: 'text', text: 'another-secret' } } as const;
    await world.engine.operate({ ...plain, input: given }, someone, { dryRun: true });
    expect(world.secrets.seals()).toHaveLength(1);
    await world.engine.operate({ ...plain, input: given }, someone);
    await world.clock.advance(0);
    expect(offered(world, 'first')?.payload).toMatchObject({ token: 'another-secret' });
    expect(await traces(world)).not.toContain('another-secret');
  });
});

describe('a reference', () => {
  it('cannot be made by anybody: an input or answer that looks like one stays text', async () => {
    const { world, run } = await begin();
    const other = await start(world.engine, {
      token: 'another',
      note: '{secret:00000000000000000000:API_KEY}',
    });
    expect(other.type).toBe('started');
    expect(world.queue.offered().at(-1)?.payload).toMatchObject({
      note: '{secret:00000000000000000000:API_KEY}',
    });
    await answer(world, run, { type: 'success', output: '{secret:00000000000000000000:0}' });
    const second = offered(world, 'second');
    expect(second?.payload).toEqual({ from: '{secret:00000000000000000000:0}' });
  });

  it('is never shown: the seal stays inside', async () => {
    const { world, run } = await begin();
    const [seal = ''] = world.secrets.seals();
    const shown = JSON.stringify([
      world.engine.live(),
      await world.engine.events(run),
      [...world.shown.values()],
      world.audit,
    ]);
    expect(seal).toHaveLength(20);
    expect(shown).not.toContain(`{secret:${seal}`);
  });
});

describe('a start', () => {
  it('is refused while a named secret is not set, and makes no run', async () => {
    const world = await createWorld({ definitions: [login()] });
    const started = await start(world.engine, { token: GIVEN });
    expect(started).toMatchObject({ type: 'rejected', code: 'SECRET_MISSING' });
    expect(world.engine.live()).toEqual([]);
    expect(world.secrets.seals()).toEqual([]);
  });
});

describe('a child run', () => {
  it('is handed a secret by reference, covers it in what its agent answers, and in its parent', async () => {
    const child = definition({
      id: 'child',
      input: [input('header', { type: 'string' })],
      tasks: [simple('call', { input: { header: '${workflow.input.header}' } })],
      output: [{ name: 'said', description: null, value: null }],
    });
    const { world } = await begin({ token: GIVEN }, [
      login({
        tasks: [
          {
            ...simple('first', { input: { header: '${workflow.input.token} ${secret.API_KEY}' } }),
            type: 'SUB_WORKFLOW',
            workflow: 'child',
            version: null,
            timeout: null,
          },
        ],
      }),
      child,
    ]);
    await world.clock.advance(0);
    const call = offered(world, 'call');
    expect(call?.payload).toEqual({ header: `${GIVEN} ${NAMED}` });
    await world.queue.answer({
      run: call?.run ?? '',
      task: 'call',
      lease: null,
      attempt: null,
      agent: 'AGENT',
      result: { type: 'success', output: { said: `${GIVEN} and ${NAMED}` } },
    });
    await world.clock.advance(0);
    const text = await traces(world);
    clean(text);
    expect(text).toContain('•••••• and ••••••');
  });
});

describe('a failure workflow', () => {
  it('shares the seal: it hands a secret on without knowing it, and its files are covered', async () => {
    const mend = definition({
      id: 'mend',
      input: [secretInput({ required: false })],
      tasks: [simple('undo', { input: { token: '${workflow.input.token}' } })],
    });
    const { world, run } = await begin({ token: GIVEN }, [
      login({ failureWorkflow: { kind: 'definition', id: 'mend' } }),
      mend,
    ]);
    await answer(world, run, failure('no'));
    await world.clock.advance(0);
    const undo = offered(world, 'undo');
    expect(undo?.payload).toEqual({ token: GIVEN });
    clean(await traces(world));
  });
});
