import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import { printCommandLine } from '../../grammar/command/print.ts';
import { evaluateCondition } from '../../grammar/condition/evaluate.ts';
import { parseCondition } from '../../grammar/condition/parse.ts';
import { printCondition } from '../../grammar/condition/print.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { caretLines } from '../../grammar/caret.ts';
import { evaluateTemplate } from '../../grammar/template/evaluate.ts';
import { parseTemplate } from '../../grammar/template/parse.ts';
import { printTemplate } from '../../grammar/template/print.ts';
import { parseDuration } from '../../grammar/duration.ts';
import { suggest } from '../../grammar/suggest.ts';
import {
  commandPieces,
  conditionPieces,
  fuzzRuns,
  prefixes,
  scopeOf,
  templatePieces,
  textOf,
  withoutSpans,
} from './support.ts';
import { commandText, conditionText, templateText } from './valid-texts.ts';

const any = fc.string({ unit: 'binary', maxLength: 60 });
const scope = scopeOf({ a: { b: [1, null, 'x'], c: 'text' }, b: { c: 3 } });
const check = (arbitrary: fc.Arbitrary<string>, property: (text: string) => void) => {
  fc.assert(fc.property(arbitrary, property), { numRuns: fuzzRuns });
};

describe('printing and reading again', () => {
  it('gives the same command line', () => {
    check(fc.oneof(commandText, textOf(commandPieces)), (text) => {
      const parsed = parseCommandLine(`@workflow ${text}`, { prefixes });
      if (parsed.kind !== 'command') return;
      const printed = printCommandLine(parsed.line, '@workflow');
      const again = parseCommandLine(printed, { prefixes });
      expect(comparable(again)).toEqual(comparable(parsed));
    });
  });

  it('gives the same template', () => {
    check(fc.oneof(templateText, textOf(templatePieces)), (text) => {
      const parsed = parseTemplate(text);
      if (!parsed.ok) return;
      const again = parseTemplate(printTemplate(parsed.template));
      expect(withoutSpans(again)).toEqual(withoutSpans(parsed));
    });
  });

  it('gives the same condition', () => {
    check(fc.oneof(conditionText, textOf(conditionPieces)), (text) => {
      const parsed = parseCondition(text);
      if (!parsed.ok) return;
      const again = parseCondition(printCondition(parsed.condition));
      expect(withoutSpans(again)).toEqual(withoutSpans(parsed));
    });
  });
});

describe('what is right by construction is read', () => {
  it('as a command line', () => {
    check(commandText, (text) => {
      expect(parseCommandLine(`@workflow ${text}`, { prefixes })).toMatchObject({
        kind: 'command',
      });
    });
  });

  it('as a template', () => {
    check(templateText, (text) => {
      expect(parseTemplate(text)).toMatchObject({ ok: true });
    });
  });

  it('as a condition', () => {
    check(conditionText, (text) => {
      expect(parseCondition(text)).toMatchObject({ ok: true });
    });
  });
});

describe('no input throws', () => {
  const languages = [
    ['command', commandPieces],
    ['template', templatePieces],
    ['condition', conditionPieces],
  ] as const;

  it.each(languages)('%s', (_name, pieces) => {
    check(fc.oneof(any, textOf(pieces)), (text) => {
      const problems = [...readEverything(text)];
      for (const { span, message } of problems) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(message).not.toMatch(/\.$|undefined/);
        expect(caretLines(text, span)).toHaveLength(2);
      }
    });
  });
});

function* readEverything(text: string): Generator<Diagnostic> {
  const line = parseCommandLine(text, { prefixes, prefixOptional: true });
  if (line.kind === 'mistake') yield* within(line.problems, text);
  const template = parseTemplate(text);
  if (template.ok) evaluateTemplate(template.template, scope);
  else yield* within(template.problems, text);
  const condition = parseCondition(text);
  if (condition.ok) evaluateCondition(condition.condition, scope);
  else yield* within(condition.problems, text);
  parseDuration(text);
  suggest(text, ['run', 'list', text]);
}

function within(problems: readonly Diagnostic[], text: string): readonly Diagnostic[] {
  expect(problems.length).toBeGreaterThan(0);
  for (const { span } of problems) expect(span.end).toBeLessThanOrEqual(text.length);
  return problems;
}

function comparable(parsed: ReturnType<typeof parseCommandLine>): unknown {
  if (parsed.kind !== 'command') return parsed;
  return withoutSpans({ ...parsed.line, text: '' });
}
