/** Every refusal that docs/security.md promises names a test, and the test is there. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/security.md', 'utf8');

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[\s-]*\|[\s-]*\|[\s-]*\|$/u.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter(([threat]) => threat !== 'Threat');

describe('docs/security.md', () => {
  it('has a table for every way in', () => {
    const sections = ['Chat text', 'Chat identities', 'Definitions', 'Agent files'];
    for (const name of [...sections, 'Local HTTP and sockets', 'Logs and files']) {
      expect(page).toContain(`## ${name}`);
    }
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(rows)('%s', (_threat, _answer, reference = '') => {
    const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/u.exec(reference) ?? [];
    expect(existsSync(file), `${reference} names no file`).toBe(true);
    // A name in a test file may go over a line break, or stand in either kind of quotes.
    const text = readFileSync(file, 'utf8').replace(/\s+/gu, ' ');
    expect(text.includes(name), `${file} has no test "${name}"`).toBe(true);
  });
});
