import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/table.ts';
import { loadCommand } from '../../src/cli/program.ts';

describe('docs/reference/cli.md', () => {
  it('lists every command as the program does', async () => {
    const page = await readFile('docs/reference/cli.md', 'utf8');
    const rows = page
      .split('\n')
      .map((line) => /^\| `(.+)` +\| (.+?) *\|$/u.exec(line))
      .flatMap((match) => (match === null ? [] : [[match[1]?.replaceAll('\\|', '|'), match[2]]]));
    for (const { usage, summary } of commands) expect(rows).toContainEqual([usage, summary]);
  });

  it('has a file for every command, loaded by name', async () => {
    for (const entry of commands) {
      const command = await loadCommand(entry.name);
      expect(command.words.most, entry.name).toBeGreaterThanOrEqual(command.words.least);
    }
  });
});
