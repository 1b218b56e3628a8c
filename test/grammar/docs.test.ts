import { describe, expect, it } from 'vitest';
import { committedPage, grammarPages } from '../../scripts/generate-grammar-docs.ts';

describe('the generated pages', () => {
  it('are up to date (npx tsx scripts/generate-grammar-docs.ts writes them)', async () => {
    for (const [name, text] of await grammarPages()) {
      expect(normal(await committedPage(name)), name).toBe(normal(text));
    }
  });
});

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
