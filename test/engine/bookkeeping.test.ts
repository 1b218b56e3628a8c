import { describe, expect, it } from 'vitest';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { simple, workflow } from '../support/engine-definitions.ts';
import { ana, start, startOrder, types } from '../support/engine.ts';

describe('starting', () => {
  it('starts once', () => {
    const run = start(workflow([simple('a')]));
    expect(run.refused(startOrder(workflow([simple('a')])), ana)).toBe('RUN_EXISTS');
  });

  it('remembers and forgets messages', () => {
    const run = start(workflow([simple('a')]));
    expect(types(run.when({ type: 'RecordMessage', key: 'card', ref: { id: '1' } }))).toEqual([
      'MessageRecorded',
    ]);
    expect(run.when({ type: 'RecordMessage', key: 'card', ref: { id: '1' } })).toEqual([]);
    run.when({ type: 'RecordMessage', key: 'card', ref: null });
    expect(run.state.messages).toEqual({});
    expect(run.when({ type: 'RecordMessage', key: 'card', ref: null })).toEqual([]);
  });
});

describe('events read back', () => {
  it('are known by their type', () => {
    const event = { type: 'WarningRaised', task: null, message: 'x' };
    expect(parseRunEvent(event)).toBe(event);
    for (const wrong of [null, {}, { type: 'Nothing' }, { type: 'toString' }, 'RunStarted']) {
      expect(() => parseRunEvent(wrong)).toThrow(/does not know/);
    }
  });
});
