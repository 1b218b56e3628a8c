import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  loadAgentRegistry,
  parseAgentRegistry,
  readRegistry,
  RegistryError,
  registryProblemText,
} from '../../src/agents/registry.ts';

const problemsOf = (text: string): readonly string[] =>
  parseAgentRegistry(text, 'agents.yaml').problems.map(registryProblemText);

describe('agents.yaml', () => {
  it('knows all kinds and keys', () => {
    const { registry, problems } = parseAgentRegistry(
      `
agents:
  SCAN:  {kind: builtin, concurrency: 2}
  TOOL:  {kind: command, command: [node, tool.js], rate: 1/10s, timeout: 5m, env: {A: 1}, cwd: tools, inline: true}
  ONE:   {kind: command, command: ./tool}
  SHELL: {kind: powershell, script: a.ps1, function: Invoke-FileScan, errors: stop}
  OLD:   {kind: file, queue: station}
`,
      'agents.yaml',
    );
    expect(problems).toEqual([]);
    expect([...registry.keys()]).toEqual(['SCAN', 'TOOL', 'ONE', 'SHELL', 'OLD']);
    expect(registry.get('TOOL')).toMatchObject({
      command: ['node', 'tool.js'],
      rate: { count: 1, per: 10_000 },
      timeout: 300_000,
      env: { A: '1' },
      cwd: 'tools',
      inline: true,
      queue: 'queue',
    });
    expect(registry.get('ONE')).toMatchObject({ command: ['./tool'] });
    expect(registry.get('OLD')).toMatchObject({ queue: 'station', concurrency: null });
  });

  it('tells every mistake with its line and what was meant', () => {
    const problems = problemsOf(
      [
        'agents:',
        '  A: {kind: command, comand: [x]}',
        '  B:',
        '    kind: builtin',
        '    concurency: 2',
        '    rate: often',
        '  C: {kind: wizard}',
        '  D: {kind: command, command: []}',
        '  E: {kind: command, command: [x], cwd: ../..}',
        '  "a/b": {kind: file}',
      ].join('\n'),
    );
    const text = problems.join('\n');
    expect(text).toContain(
      'agents.yaml:2:22  The key "comand" is not known here; did you mean command?',
    );
    expect(text).toContain(
      'agents.yaml:5:5  The key "concurency" is not known here; did you mean concurrency?',
    );
    expect(text).toMatch(/agents\.yaml:6:11 {2}B\.rate: it is no rate such as 1\/10s/);
    expect(text).toMatch(/agents\.yaml:7:\d+ {2}C\.kind: it needs a kind: builtin, command/);
    expect(text).toMatch(/agents\.yaml:8:\d+ {2}D\.command/);
    expect(text).toMatch(/agents\.yaml:9:\d+ {2}E\.cwd: it must be a folder of the station/);
    expect(text).toMatch(/agents\.yaml:10:\d+ .*a\/b/);
  });

  it('tells what is no YAML, a double key and a wrong top', () => {
    expect(problemsOf('agents: [')[0]).toMatch(/agents\.yaml:1:/);
    expect(problemsOf('agents:\n  A: {kind: file}\n  A: {kind: file}')[0]).toMatch(/:3:3 .*twice/);
    expect(problemsOf('agent: {}')[0]).toMatch(/:1:1 {2}The key "agent".*did you mean agents/);
    expect(problemsOf('agents: []')).toHaveLength(1);
  });

  it('is empty for an empty file and for none', async () => {
    expect(problemsOf('# nothing\nagents:\n')).toEqual([]);
    const folder = await mkdtemp(join(tmpdir(), 'registry-'));
    const file = join(folder, 'agents.yaml');
    try {
      expect(await loadAgentRegistry(file)).toEqual({ registry: new Map(), problems: [] });
      await writeFile(file, 'agents: {A: {kind: file}}');
      expect([...(await readRegistry(file)).keys()]).toEqual(['A']);
      await writeFile(file, 'agents: {A: {kind: fil}, B: {kind: file, rat: 1}}');
      const refused = await readRegistry(file).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(RegistryError);
      expect(String(refused)).toMatch(/:1:\d+ .*\n.*:1:\d+ .*did you mean rate/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads limits as the engine counts them', () => {
    const { registry } = parseAgentRegistry(
      'agents: {A: {kind: file, concurrency: 3}, B: {kind: file}, C: {kind: file, rate: 2/s}}',
      'agents.yaml',
    );
    expect(registry.get('A')).toMatchObject({ concurrency: 3, rate: null });
    expect(registry.get('B')).toMatchObject({ concurrency: null, rate: null });
    expect(registry.get('C')?.rate).toEqual({ count: 2, per: 1_000 });
  });
});
