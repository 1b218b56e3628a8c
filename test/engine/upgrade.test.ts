/** Journals of earlier versions are read for ever: what they lack has a default. */
import { expect, test } from 'vitest';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { human, simple, workflow } from '../support/engine-definitions.ts';
import { ana, startOrder } from '../support/engine.ts';

const without = (value: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

test('a start that was journaled before a field existed has its default', () => {
  const definition = workflow([simple('a'), human('h')], {
    failureWorkflow: { kind: 'steps', definition: workflow([simple('s')], { id: 'failure' }) },
  });
  const { type: _, ...start } = startOrder(definition);
  const event = { type: 'RunStarted', ...start, by: ana };
  const oldTask = (task: object): object =>
    without(task, 'compensate', 'concurrencyKey', 'optionDetails', 'reminders');
  const oldDefinition = (one: typeof definition): object => ({
    ...without(one, 'concurrency', 'rate', 'limits', 'schedules'),
    tasks: one.tasks.map(oldTask),
    failureWorkflow:
      one.failureWorkflow?.kind === 'steps'
        ? { kind: 'steps', definition: oldDefinition(one.failureWorkflow.definition) }
        : null,
  });
  const journaled: unknown = JSON.parse(
    JSON.stringify({ ...event, definition: oldDefinition(definition) }),
  );
  expect(journaled).not.toEqual(event);
  expect(parseRunEvent(journaled)).toEqual(event);
});
