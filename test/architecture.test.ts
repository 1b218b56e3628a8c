import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';

/** Who may import whom. Each rule: modules below `from` may import only what matches `to`. */
const LAYERS = [
  { from: '^grammar/', to: ['^grammar/', '^(node_modules/)?(@chevrotain|chevrotain)'] },
  { from: '^src/lib/', to: ['^src/lib/', '^node_modules/', '^[a-z_:/]+$'] },
  {
    from: '^src/engine/',
    to: [
      '^src/engine/',
      '^grammar/',
      '^src/lib/(json|sirius|instant|display-text|cut)\\.ts$',
      '^node_modules/zod/',
    ],
  },
  {
    from: '^src/journal/',
    to: ['^src/journal/', '^src/lib/', '^node_modules/', '^[a-z_:/]+$'],
  },
  {
    from: '^src/definition/',
    to: [
      '^src/definition/',
      '^src/engine/',
      '^grammar/',
      '^src/lib/',
      '^src/runtime/engine\\.ts$',
      '^node_modules/',
      '^[a-z_:/]+$',
    ],
  },
  {
    from: '^src/runtime/',
    to: [
      '^src/runtime/',
      '^src/engine/',
      '^grammar/',
      '^src/lib/',
      '^src/journal/journal\\.ts$',
      '^src/agents/queue\\.ts$',
      '^node_modules/',
      '^(node:)?crypto$',
    ],
  },
  {
    from: '^commands/',
    to: [
      '^commands/',
      '^grammar/',
      '^src/engine/',
      '^src/runtime/engine\\.ts$',
      '^src/chat/',
      '^src/lib/',
      '^node_modules/',
      '^[a-z_:/]+$',
    ],
  },
  {
    from: '^src/chat/',
    to: [
      '^src/chat/',
      '^commands/',
      '^grammar/',
      '^src/engine/',
      '^src/runtime/engine\\.ts$',
      '^src/lib/',
      '^node_modules/',
      '^[a-z_:/]+$',
    ],
  },
  {
    from: '^src/conductor/',
    to: ['^src/conductor/', '^src/lib/', '^node_modules/'],
  },
  {
    from: '^src/triggers/',
    to: [
      '^src/triggers/',
      '^src/engine/definition\\.ts$',
      '^src/runtime/engine\\.ts$',
      '^src/station/settings\\.ts$',
      '^src/lib/',
      '^node_modules/',
      '^[a-z_:/]+$',
    ],
  },
  {
    from: '^src/(web|metrics)/',
    to: [
      '^src/(web|metrics|triggers)/',
      '^src/engine/',
      '^src/runtime/engine\\.ts$',
      '^src/lib/',
      '^(node_modules/)?hono',
      '^node_modules/',
      '^[a-z_:/]+$',
    ],
  },
] as const;

let result: ICruiseResult;

beforeAll(async () => {
  const cruised = await cruise(['src', 'commands', 'grammar'], {
    ruleSet: {
      forbidden: [{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } }],
    },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  });
  if (typeof cruised.output === 'string') throw new Error('dependency-cruiser returned text');
  result = cruised.output;
}, 120_000);

describe('the architecture', () => {
  it('was looked at whole: every source file is among the modules seen', () => {
    const seen = new Set(result.modules.map(({ source }) => source));
    const files = ['src', 'commands', 'grammar'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name).replaceAll('\\', '/')),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
    const edges = result.modules.flatMap(({ dependencies }) => dependencies);
    expect(edges.length).toBeGreaterThan(files.length);
  });

  it('has no import cycle', () => {
    expect(result.summary.violations.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it.each(LAYERS)('keeps $from to its layer', ({ from, to }) => {
    const allowed = to.map((pattern) => new RegExp(pattern, 'u'));
    const modules = result.modules.filter(({ source }) => new RegExp(from, 'u').test(source));
    expect(modules.length).toBeGreaterThan(0);
    const strays = modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ resolved }) => !allowed.some((pattern) => pattern.test(resolved)))
        .map(({ resolved }) => `${source} -> ${resolved}`),
    );
    expect(strays).toEqual([]);
  });

  it('names adapters only where programs are put together', () => {
    const adapters =
      /^src\/(journal\/(file-journal|memory-journal|lock|state-file)|agents\/(file-queue|memory-queue|host|process)|chat\/(discord|console|memory)\/)/u;
    const composers =
      /^src\/(main|cli\/|compose\/|testing\/|station\/|journal\/|agents\/|chat\/(discord|console|memory)\/)/u;
    const strays = result.modules
      .filter(({ source }) => /^(src|commands|grammar)\//u.test(source) && !composers.test(source))
      .flatMap(({ source, dependencies }) =>
        dependencies
          .filter(({ resolved }) => adapters.test(resolved))
          .map(({ resolved }) => `${source} -> ${resolved}`),
      );
    expect(strays).toEqual([]);
  });

  it('keeps libraries out of the commands that only look, which must start at once', () => {
    const modules = new Map(result.modules.map((module) => [module.source, module]));
    const reached = new Set(['src/cli/main.ts', 'src/cli/look.ts']);
    for (const source of reached) {
      for (const { resolved, dependencyTypes, dynamic } of modules.get(source)?.dependencies ??
        []) {
        if (!dependencyTypes.includes('type-only') && !dynamic) reached.add(resolved);
      }
    }
    expect(reached.size).toBeGreaterThan(80);
    const strays = [...reached].filter((source) => /node_modules|^node:crypto$/u.test(source));
    expect(strays).toEqual([]);
  });

  it('keeps every file within 250 lines, or says at its top why not', async () => {
    const { readdir, readFile } = await import('node:fs/promises');
    const scripts = (await readdir('agents/powershell')).map((name) => `agents/powershell/${name}`);
    const modules = result.modules
      .map(({ source }) => source)
      .filter((source) => /^(src|commands|grammar)\/.*\.ts$/u.test(source));
    const long: string[] = [];
    for (const source of [...modules, ...scripts]) {
      const text = await readFile(source, 'utf8');
      if (text.split('\n').length > 251 && !/long because/iu.test(text.slice(0, 1500)))
        long.push(source);
    }
    expect(long).toEqual([]);
  });
});
