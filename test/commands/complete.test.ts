import { describe, expect, it } from 'vitest';
import { complete } from '../../commands/complete.ts';
import { fakeEngine, person } from '../support/command-request.ts';
import { definitionWith } from '../support/fake-engine.ts';
import { questionWith, viewWith } from '../support/run-view.ts';

const offered = async (line: string): Promise<readonly string[]> => {
  const definitions = [definitionWith(), definitionWith({ id: 'inventory-secret' })];
  const engine = fakeEngine({ definitions, forbidden: ['inventory-secret'] });
  engine.hold(viewWith({ tasks: [questionWith('approve')] }));
  engine.hold(viewWith({ run: 'wf-1795424400000-bbbbbbbbb', handle: '9XYZ' }));
  const found = await complete(line, line.length, {
    engine,
    identity: person,
    prefix: '@workflow',
  });
  return found.candidates;
};

describe('completion', () => {
  it.each([
    ['@w', ['@workflow']],
    ['@workflow inv', ['inventory-validation-v1']],
    ['inv', ['inventory-validation-v1']],
    ['re', ['receipt', 'reject', 'resume', 'retry', 'rerun', 'restart']],
    ['run inv', ['inventory-validation-v1']],
    ['run inventory-validation-v1 s', ['strict_mode=']],
    ['@workflow inventory-validation-v1 ', ['target_folder=', 'strict_mode=', 'validation_level=']],
    ['inventory-validation-v1 target_folder=x t', []],
    ['inventory-validation-v1 strict_mode=t', ['strict_mode=true']],
    [
      'inventory-validation-v1 validation_level=',
      ['validation_level=minimal', 'validation_level=standard'],
    ],
    ['cancel ', ['7F3K', '9XYZ', 'note=']],
    ['approve 7', ['7F3K']],
    ['approve 9', []],
    ['choose 7F3K p', ['PROCEED_ANYWAY']],
    ['nonsense x', []],
  ])('%s', async (line, expected) => {
    expect(await offered(line)).toEqual(expected);
  });
});
