/** A session goes on until what it started, and what that set off, has ended. */
import { expect, it } from 'vitest';
import { createSession } from '../../src/chat/session.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { toRunId } from '../../src/engine/ids.ts';
import { viewWith } from '../support/run-view.ts';

const failureRun = toRunId('wf-1795434617946-gqv27q9y9');
const requested: readonly RunEvent[] =
  failureRun === null
    ? []
    : [{ type: 'FailureWorkflowRequested', key: 'failure:1', failureRun, input: {} }];
const recorded: readonly RunEvent[] = [
  { type: 'EffectRecorded', key: 'failure:1', ok: true, value: failureRun, error: null },
];

it('waits for the failure workflow of a run, which does not count for the exit code', () => {
  const session = createSession();
  const view = viewWith({ status: 'RUNNING' });
  session.answered({ type: 'started', view, duplicate: false });
  expect(session.busy()).toBe(1);
  const failed = viewWith({ status: 'FAILED' });
  session.changed(failed, requested);
  expect(session.busy()).toBe(1);
  const reaction = viewWith({ run: failureRun ?? 'none', failure_of: view.run, status: 'RUNNING' });
  session.changed(reaction, []);
  session.changed(failed, recorded);
  expect(session.busy()).toBe(1);
  session.changed({ ...reaction, status: 'FAILED' }, []);
  expect(session.busy()).toBe(0);
  expect(session.exitCode()).toBe(1);
});

it('does not wait for a failure workflow that could not start', () => {
  const session = createSession();
  session.answered({ type: 'started', view: viewWith({ status: 'RUNNING' }), duplicate: false });
  session.changed(viewWith({ status: 'FAILED' }), requested);
  session.changed(viewWith({ status: 'FAILED' }), recorded);
  expect(session.busy()).toBe(0);
});

it('leaves other people’s runs and their failure workflows alone', () => {
  const session = createSession();
  session.changed(viewWith({ status: 'RUNNING' }), requested);
  session.changed(viewWith({ status: 'RUNNING', failure_of: 'wf-other' }), []);
  expect(session.busy()).toBe(0);
});
