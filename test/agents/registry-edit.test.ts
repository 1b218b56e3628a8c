import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { addToRegistry } from '../../src/agents/registry-edit.ts';

const NEW = ['NEW:', '  kind: command', '  command: [sh, new.sh]'];
const add = (text: string): string | null => addToRegistry(text, 'NEW', NEW);
const added = '  NEW:\n    kind: command\n    command: [sh, new.sh]\n';

it.each([
  ['an empty file', '', `agents:\n${added}`],
  ['comments alone', '# ours\n', `# ours\nagents:\n${added}`],
  ['comments alone, without an end of line', '# ours', `# ours\nagents:\n${added}`],
  ['a key without a value', '# a\nagents:\n\n# b\n', `# a\nagents:\n${added}\n# b\n`],
  [
    'entries between comments',
    '# a\nagents: # b\n  # c\n  ONE: { kind: file } # d\n  # e\n',
    `# a\nagents: # b\n  # c\n  ONE: { kind: file } # d\n${added}  # e\n`,
  ],
  [
    'no end of line',
    'agents:\n  ONE:\n    kind: file',
    `agents:\n  ONE:\n    kind: file\n${added}`,
  ],
  [
    'text in several lines',
    'agents:\n  ONE:\n    kind: file\n    description: |\n      a\n      b\n\n# end\n',
    `agents:\n  ONE:\n    kind: file\n    description: |\n      a\n      b\n${added}\n# end\n`,
  ],
])('adds to %s and changes nothing else', (_what, text, expected) => {
  expect(add(text)).toBe(expected);
});

it('keeps the indentation and the line ends that are there', () => {
  expect(add('agents:\r\n    ONE: { kind: file }\r\n')).toBe(
    `agents:\r\n    ONE: { kind: file }\r\n${NEW.map((line) => `    ${line}\r\n`).join('')}`,
  );
});

it('adds to the example station', () => {
  const text = readFileSync('examples/station/.3ox/agents.yaml', 'utf8');
  const result = add(text) ?? '';
  expect(result.replace(added, '')).toBe(text);
});

it.each([
  ['a mapping in braces', 'agents: { ONE: { kind: file } }\n'],
  ['empty braces', 'agents: {}\n'],
  ['a list', 'agents: [a]\n'],
  ['something else under the name', 'agents:\n  NEW: { kind: file }\n'],
])('leaves %s to a person', (_what, text) => {
  expect(add(text)).toBeNull();
});
