import { describe, expect, test } from 'vitest';
import { parseRunEvent, UnknownEventError } from '../../src/engine/parse-event.ts';
import { createEventReader } from '../../src/engine/read-events.ts';

const definition = (id: string, text = '') => ({
  id,
  name: `${id}: "quoted" \\ ünd ${text}`,
  version: 1,
  description: 'As long as real ones are, which have a name, versions, tasks, texts and limits',
  tasks: [{ id: 'scan', type: 'SIMPLE', sha256: 'of a task' }],
});

const started = (handle: string, of: unknown, more: object = {}) => ({
  type: 'RunStarted',
  handle,
  definition: of,
  sha256: 'a'.repeat(64),
  input: { definition: { no: 'definition' } },
  ...more,
});

const claimed = { type: 'TaskClaimed', task: 'scan', attempt: 1, agent: 'A' };

/** What each event says when it is read alone. */
const alone = (events: readonly unknown[]) => events.map(parseRunEvent);

const definitionIn = (events: readonly { readonly type: string }[]): unknown => {
  const [first] = events;
  return first !== undefined && 'definition' in first ? first.definition : null;
};

describe('lists of events', () => {
  test('say the same as when each event is read alone, the first time and again', () => {
    const read = createEventReader();
    const lists = [
      [started('A', definition('one')), claimed],
      [claimed],
      [],
      [started('B', definition('one')), claimed],
      [started('C "definition":{ }', definition('one'))],
      [started('D', definition('one', 'changed'))],
      [started('E', definition('one'), { parent: { run: 'r', task: 't', depth: 1 } })],
      [started('F', definition('two'))],
    ];
    for (const list of [...lists, ...lists]) {
      expect(read(JSON.stringify(list))).toEqual(alone(JSON.parse(JSON.stringify(list))));
    }
  });

  test('share a definition that was read before, and no other', () => {
    const read = createEventReader();
    const [one, same, other] = [
      definition('one'),
      definition('one'),
      definition('one', 'changed'),
    ].map((of) => definitionIn(read(JSON.stringify([started('A', of)]))));
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    expect(other).not.toEqual(one);
  });

  test('are read whatever order their fields were written in', () => {
    const read = createEventReader();
    const { type, handle, ...rest } = started('A', definition('one'));
    const list = [{ type, ...rest, handle }];
    for (let time = 0; time < 2; time += 1) {
      expect(read(JSON.stringify(list))).toEqual(alone(JSON.parse(JSON.stringify(list))));
    }
  });

  test('of a kind nobody knows, or none at all, are refused', () => {
    const read = createEventReader();
    expect(() => read('[{"type":"Invented"}]')).toThrow(UnknownEventError);
    expect(() => read('[null]')).toThrow(UnknownEventError);
    expect(() => read('[{"type":"RunStarted"')).toThrow(SyntaxError);
  });
});
