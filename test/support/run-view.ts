/** Views of runs for tests: everything has a value, tests say what matters to them. */
import type { AttemptView, RunView, TaskView } from '../../src/engine/view.types.ts';

/** 2026-11-23T09:00:00Z */
export const START = Date.parse('2026-11-23T09:00:00.000Z');

export const iso = (at: number): string => new Date(at).toISOString();

export const attemptWith = (parts: Partial<AttemptView> = {}): AttemptView => ({
  attempt: 1,
  generation: 1,
  status: 'IN_PROGRESS',
  agent: 'AGENT',
  child: null,
  dispatched_at: iso(START),
  claimed_at: null,
  ended_at: null,
  log: null,
  output: null,
  error: null,
  ...parts,
});

export const taskWith = (id: string, parts: Partial<TaskView> = {}): TaskView => ({
  id,
  task: id,
  type: 'SIMPLE',
  name: id,
  status: 'PENDING',
  reason: null,
  skipped_by: null,
  generation: 1,
  assigned_to: 'AGENT',
  depends_on: [],
  input: null,
  output: null,
  iteration: null,
  item_key: null,
  owner: null,
  waiting_for: null,
  attempts: [],
  progress: null,
  approval: null,
  feedback: null,
  depth: 0,
  chosen_case: null,
  ...parts,
});

/** A HUMAN task that waits. */
export const questionWith = (id: string, parts: Partial<TaskView> = {}): TaskView =>
  taskWith(id, {
    type: 'HUMAN',
    name: 'Commander decides',
    status: 'PENDING_APPROVAL',
    input: { question: 'Proceed with 3 violations?' },
    attempts: [attemptWith({ agent: null })],
    approval: {
      options: ['PROCEED_ANYWAY', 'FIX_MANUALLY', 'ABORT'],
      quorum: 1,
      expires_at: null,
      requested_at: iso(START),
      who: ['L0:COMMANDER'],
      votes: [],
      channels: [],
      urgency: 'high',
      details: {},
      reminders: [],
    },
    ...parts,
  });

export const viewWith = (parts: Partial<RunView> = {}): RunView => ({
  schema: 'run/1',
  run: 'wf-1795424400000-aaaaaaaaa',
  handle: '7F3K',
  workflow: { id: 'inventory-validation-v1', version: 1, sha256: '0'.repeat(64) },
  status: 'RUNNING',
  reason: null,
  waiting_for: null,
  generation: 1,
  started_by: 'Arc',
  requester: 'user:1',
  created_at: iso(START),
  ended_at: null,
  updated_at: iso(START),
  sirius_time: '⧗-26.108',
  input: { target_folder: '0UT.3OX', strict_mode: false },
  defaulted: ['strict_mode'],
  output: null,
  variables: {},
  progress: { done: 0, total: 2 },
  parent: null,
  children: [],
  failure_run: null,
  compensation: null,
  failure_of: null,
  receipt: null,
  tasks: [taskWith('scan'), taskWith('validate', { depends_on: ['scan'] })],
  alerts: [],
  warnings: [],
  origin: { port: 'memory', channel: 'general', message: 'u1', user: '1', at: START },
  messages: {},
  version: 1,
  ...parts,
});
