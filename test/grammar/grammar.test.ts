import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { grammarCodes } from '../../grammar/codes.ts';
import { GrammarParser } from '../../grammar/parser.ts';
import { createLexer } from '../../grammar/tokens/lexer.ts';

describe('the grammar itself', () => {
  it('passes the checks that are skipped at start-up', () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const lexer = createLexer(false);
    const parser = new GrammarParser(false);
    expect(lexer.lexerDefinitionErrors).toEqual([]);
    expect(parser.getSerializedGastProductions().length).toBeGreaterThan(10);
    expect(complaints).not.toHaveBeenCalled();
    complaints.mockRestore();
  });

  it('lists every code that it can report, and no other', () => {
    const sources = ['command', 'condition', 'template', '.'].flatMap(sourcesOf);
    const used = new Set(sources.flatMap((text) => text.match(/'(?:CMD|CON|TPL)\d{3}'/g) ?? []));
    expect([...used].sort()).toEqual(
      Object.keys(grammarCodes)
        .map((code) => `'${code}'`)
        .sort(),
    );
  });
});

function sourcesOf(folder: string): string[] {
  const base = new URL(`../../grammar/${folder}/`, import.meta.url);
  return listFiles(base).map((name) => readFileSync(new URL(name, base), 'utf8'));
}

function listFiles(folder: URL): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'codes.ts');
}
