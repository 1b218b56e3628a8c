import { describe, expect, it } from 'vitest';
import { allows, refuseStart } from '../../src/engine/permissions.ts';
import type { HumanTaskDefinition } from '../../src/engine/definition.ts';
import { human, simple, workflow } from '../support/engine-definitions.ts';
import { ana, bob, commander, start, types, worker } from '../support/engine.ts';

const asking = (rest: Partial<HumanTaskDefinition> = {}) =>
  workflow([human('ask', rest), simple('next', { dependsOn: ['ask'] })]);

describe('permissions', () => {
  it.each([
    [null, worker, true],
    [[], commander, false],
    [['L0:COMMANDER'], commander, true],
    [['L0:COMMANDER'], bob, false],
    [['L1'], commander, true],
    [['L2:OFFICER'], ana, true],
    [['L2'], worker, false],
    [['user:wes'], worker, true],
    [['user:wes'], commander, false],
    [['role:crew'], ana, true],
    [['role:Captain'], ana, false],
    [['L1'], { ...worker, level: null }, false],
  ])('%j admits %o: %s', (entries, actor, expected) => {
    expect(allows(entries, actor)).toBe(expected);
  });

  it('names the rule and who could', () => {
    const definition = workflow([simple('a')]);
    const closed = {
      ...definition,
      permissions: { ...definition.permissions, whoCanStart: ['L0:COMMANDER'] },
    };
    expect(refuseStart(closed, commander)).toBeNull();
    const refusal = refuseStart(closed, worker);
    expect(refusal?.message).toContain('who_can_start');
    expect(`${refusal?.message} ${refusal?.hint}`).toContain('L0:COMMANDER');
    expect(() => start(closed, {}, { by: worker })).toThrow('NOT_ALLOWED');
  });

  it('keeps the requester from answering unless allowed, and others by who_can_approve', () => {
    const choice = { type: 'ChooseOption', task: 'ask', option: 'APPROVE', note: null } as const;
    expect(start(asking()).refused(choice, ana)).toBe('REQUESTER_MAY_NOT_CHOOSE');
    expect(() => start(asking({ allowRequester: true })).when(choice, ana)).not.toThrow();
    const base = asking();
    const run = start({
      ...base,
      permissions: { ...base.permissions, whoCanApprove: ['L0:COMMANDER'] },
    });
    expect(run.refused(choice, bob)).toBe('NOT_ALLOWED');
    expect(types(run.when(choice, commander))).toContain('TaskCompleted');
  });
});
