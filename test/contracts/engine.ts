/** What every way to an engine must do: in the same process, or over the socket. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine, RunChange, StartRequest } from '../../src/runtime/engine.ts';
import { definition, simple } from '../support/definition.ts';
import { inputWith } from '../support/fake-engine.ts';
import { createWorld, someone, type World } from '../support/runtime.ts';

/** An engine as both ways offer it. */
export interface ReachedEngine {
  readonly engine: Omit<Engine, 'live' | 'counts' | 'recordMessage' | 'subscribe'>;
  subscribe(listener: (change: RunChange) => void): Promise<void>;
  close(): Promise<void>;
}

export const engineContract = (
  name: string,
  reach: (engine: Engine) => Promise<ReachedEngine>,
): void => {
  describe(`an engine reached ${name}`, () => {
    let world: World;
    let reached: ReachedEngine;
    beforeEach(async () => {
      world = await createWorld({ definitions: [flow] });
      reached = await reach(world.engine);
    });
    afterEach(async () => {
      await reached.close();
      await world.engine.stop();
    });

    const start = (parts: Partial<StartRequest> = {}) =>
      reached.engine.start({
        workflow: 'test-flow',
        version: null,
        input: {},
        by: someone,
        key: null,
        origin: { face: 'test' },
        ...parts,
      });
    const started = async () => {
      const result = await start();
      if (result.type !== 'started') throw new Error(JSON.stringify(result));
      return result.view;
    };

    it('starts, and the same key starts nothing new', async () => {
      const first = await start({ key: 'k', input: { depth: { type: 'text', text: '007' } } });
      const second = await start({ key: 'k' });
      expect(first).toMatchObject({
        type: 'started',
        duplicate: false,
        view: { input: { depth: '007' }, origin: { face: 'test' }, requester: 'user:os:ann' },
      });
      expect(second).toMatchObject({ type: 'started', duplicate: true });
    });

    it('says what is wrong with inputs and names, as values', async () => {
      expect(await start({ input: { dpeth: { type: 'value', value: 1 } } })).toMatchObject({
        type: 'invalid_input',
        problems: [{ code: 'INPUT_UNKNOWN', expected: ['depth'] }],
      });
      expect(await start({ workflow: 'test-flwo' })).toMatchObject({
        type: 'rejected',
        kind: 'not_found',
        hint: 'Did you mean test-flow?',
      });
    });

    it('shows a run in every way that the engine itself does', async () => {
      const { run, handle } = await started();
      const { engine } = reached;
      expect(await engine.view(run)).toEqual(await world.engine.view(run));
      expect(await engine.why(run)).toEqual(await world.engine.why(run));
      expect(await engine.events(run)).toEqual(await world.engine.events(run));
      expect(await engine.list({ status: ['RUNNING'], limit: 5 })).toEqual(
        await world.engine.list({ status: ['RUNNING'], limit: 5 }),
      );
      expect(await engine.resolve(handle)).toEqual({ type: 'found', run });
      expect(await engine.resolve('nothing')).toMatchObject({ type: 'unknown' });
      expect(await engine.view('wf-0000000000000-000000000')).toBeNull();
    });

    it('knows the definitions and who may start them', async () => {
      const { definitions, mayStart } = reached.engine;
      const [entry] = await definitions.list();
      expect(entry?.definition).toEqual(flow);
      expect(await definitions.find('test-flow', null)).toEqual(entry);
      expect(await definitions.find('another', 2)).toBeNull();
      expect(await definitions.problems()).toEqual([]);
      expect(await mayStart('test-flow', someone)).toBeNull();
    });

    it('carries commands, dry runs and refusals', async () => {
      const { run } = await started();
      const { engine } = reached;
      const pause = { type: 'pause', run, note: 'lunch' } as const;
      expect(await engine.operate(pause, someone, { dryRun: true })).toMatchObject({
        changed: false,
        view: { status: 'RUNNING' },
      });
      expect(await engine.operate(pause, someone)).toMatchObject({
        changed: true,
        view: { status: 'PAUSED' },
      });
      expect(
        await engine.operate({ type: 'choose', run, task: null, option: 'X', note: null }, someone),
      ).toMatchObject({ type: 'rejected', kind: 'refused' });
    });

    it('carries what goes back: previews, inputs and what runs again', async () => {
      const { run } = await started();
      const { engine } = reached;
      const skip = { type: 'skip', run, task: 'second', output: { n: 1 }, note: null } as const;
      expect(await engine.operate(skip, someone)).toMatchObject({ type: 'done', changed: true });
      await engine.operate({ type: 'cancel', run, note: null }, someone);
      const again = { type: 'rerun', run, task: null, latest: true, note: null } as const;
      const input = { depth: { type: 'text', text: '9' } } as const;
      const preview = { runAgain: ['first', 'second'], kept: [] };
      expect(await engine.operate({ ...again, input }, someone, { dryRun: true })).toMatchObject({
        changed: false,
        ...preview,
        view: { status: 'CANCELLED' },
      });
      expect(await engine.operate({ ...again, input }, someone)).toMatchObject({
        changed: true,
        ...preview,
        view: { status: 'RUNNING', generation: 2, input: { depth: '9' } },
      });
      const wrong = { dpeth: { type: 'text', text: '9' } } as const;
      expect(await engine.operate({ ...again, input: wrong }, someone)).toMatchObject({
        type: 'rejected',
        kind: 'usage',
        code: 'INPUT_UNKNOWN',
      });
    });

    it('tells changes in order, after they are on disk', async () => {
      const changes: RunChange[] = [];
      await reached.subscribe((change) => void changes.push(change));
      const { run } = await started();
      await reached.engine.operate({ type: 'cancel', run, note: null }, someone);
      // One more answer, so that everything told before it has arrived.
      await reached.engine.view(run);
      const seqs = changes.flatMap(({ events }) => events.map(({ seq }) => seq));
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(changes.at(-1)?.view.status).toBe('CANCELLED');
      const types = changes.flatMap(({ events }) => events.map(({ event }) => event.type));
      expect([types[0], types.at(-1)]).toEqual(['RunStarted', 'RunEnded']);
    });
  });
};

const flow = definition({
  input: [inputWith('depth')],
  tasks: [simple('first'), simple('second', { dependsOn: ['first'] })],
});
