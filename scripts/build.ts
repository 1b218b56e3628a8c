/**
 * `dist/` from the source: every program in few files. Node takes a third of a millisecond for each
 * file it opens, and the libraries come in hundreds of them.
 *
 * Owns which files are programs and which libraries stay outside. Types are `tsc`'s.
 */
import { rmSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/** Started by their file: by people, by `bin` and `exports`, or through `lib/own-program.ts`. */
const PROGRAMS = [
  'src/main.ts',
  'src/cli/program.ts',
  'src/agents/host/main.ts',
  'src/testing/test-engine.ts',
];

/** Whole in one file each: the door, and what only looks. */
const SMALL = ['src/cli/main.ts', 'src/cli/look.ts'];

/** Started by the scan: a thread of CommonJS in one file is at work in two thirds of the time. */
const THREADS = ['src/agents/inventory/scan-thread.ts'];

/** CommonJS, or looking for files of its own. */
const OUTSIDE = ['discord.js', 'picomatch', 'pino', 'prom-client'];

/** Names of the files that the last build made. */
const MADE = 'dist/.made.json';

/** The door opens one of two programs, and holds neither. */
const door: Plugin = {
  name: 'door',
  setup(its) {
    its.onResolve({ filter: /^[.][/](?:look|program)[.]ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace('.ts', '.js'), external: true } : null,
    );
  },
};

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outbase: '.',
  outdir: 'dist',
  external: OUTSIDE,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const built = await Promise.all([
  build({
    ...common,
    entryPoints: PROGRAMS,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  }),
  build({ ...common, entryPoints: SMALL, plugins: [door] }),
  build({
    ...common,
    entryPoints: THREADS,
    external: [],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  }),
]);

// A program that is just starting from the build before still loads its chunks: they stay until the next
// build. What older ones left goes, and for a package (`--clean`) everything that is not of this one.
const made = new Set(built.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
const before = process.argv.includes('--clean') ? [] : await readMade();
const kept = new Set([...made, ...before]);
for (const entry of await readdir('dist', { recursive: true })) {
  const file = join('dist', entry).replaceAll('\\', '/');
  if (/^dist\/(?!tsc\/).*\.c?js(?:\.map)?$/u.test(file) && !kept.has(file)) rmSync(file);
}
await writeFile(MADE, `${JSON.stringify([...made], null, 1)}\n`);

/** What the build before made; nothing when that is not known. */
async function readMade(): Promise<readonly string[]> {
  try {
    const names: unknown = JSON.parse(await readFile(MADE, 'utf8'));
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}
