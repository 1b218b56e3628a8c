import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { CliContext } from '../../src/cli/cli-command.ts';
import { createOutput } from '../../src/cli/output.ts';
import { readInputs } from '../../src/cli/read-inputs.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { definitionWith } from '../support/fake-engine.ts';

const context = (args: readonly string[]): CliContext => ({
  words: [],
  args: ['inventory-validation-v1', ...args],
  usage: '',
  text: () => null,
  flag: () => false,
  output: createOutput({ json: true, color: false, streams: process }),
  config: readConfig('/nowhere', {}),
  logger: silentLogger,
  station() {
    throw new Error('not asked for');
  },
});

const read = (...args: readonly string[]) => readInputs(context(args), definitionWith());
const text = (value: string) => ({ type: 'text', text: value });

describe('inputs on the command line', () => {
  it('may be written in three ways, and text stays text', async () => {
    expect(await read('--target_folder', '001')).toEqual({
      type: 'inputs',
      values: { target_folder: text('001') },
    });
    expect(await read('target_folder=a=b', '--validation_level=minimal')).toMatchObject({
      values: { target_folder: text('a=b'), validation_level: text('minimal') },
    });
  });

  it('yes-or-no inputs need no value', async () => {
    const strict = async (...args: readonly string[]) => {
      const found = await read(...args, '--target_folder', 'x');
      return found.type === 'inputs' ? found.values['strict_mode'] : found;
    };
    expect(await strict('--strict_mode')).toEqual(text('true'));
    expect(await strict('--no-strict_mode')).toEqual(text('false'));
    expect(await strict('--strict_mode', 'no')).toEqual(text('no'));
    expect(await strict()).toBeUndefined();
  });

  it('keeps the options of start out of them', async () => {
    expect(await read('--detach', '--json', '-C', 's', '--target_folder', 'x')).toEqual({
      type: 'inputs',
      values: { target_folder: text('x') },
    });
  });

  it.each([
    [['--target_foldr', 'x'], 'OPTION_UNKNOWN', 'did you mean --target_folder?'],
    [['target_foldr=x'], 'INPUT_UNKNOWN', 'did you mean target_folder?'],
    [['--target_folder', '--strict_mode'], 'OPTION_VALUE', 'write --target_folder=VALUE'],
    [['0UT.3OX'], 'WORDS', 'write key=value'],
  ])('%j is refused with a hint', async (args, code, hint) => {
    expect(await read(...args)).toMatchObject({ type: 'failure', exit: 2, code, hint });
  });
});
