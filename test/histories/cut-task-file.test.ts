/**
 * Found by simulation: a power cut left the beginning of a task file that was valid YAML up to
 * `assigned_to` and had no lease yet. It was taken for a task that somebody else had written, and
 * lay there for ever; one cut later would have been worked on with half of its input.
 */
import { expect, it } from 'vitest';
import { readTaskFile, writeTaskFile } from '../../src/agents/file-queue/task-file.ts';
import { UnreadableError } from '../../src/agents/file-queue/yaml.ts';
import { aTask } from '../support/queue-engine.ts';

it('no beginning of a task file is a task', () => {
  const task = aTask({ payload: { folder: '0UT.3OX', note: 'two\nlines', list: [1, 2] } });
  const whole = Buffer.from(writeTaskFile(task, task.payload, '.3ox/response-queue/'));
  expect(readTaskFile(whole, 10_000)).toMatchObject({ lease: task.lease, payload: task.payload });
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => readTaskFile(whole.subarray(0, length), 10_000), `${length} bytes`).toThrow(
      UnreadableError,
    );
  }
});
