/** A context for handlers under test: a temporary station, recorded progress and logs, a made-up run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentContext, RunSummary } from '../../src/agents/agent.ts';
import { systemHost } from '../../src/lib/host/system-host.ts';
import { createStationPaths } from '../../src/agents/paths.ts';

/** What a test may set; everything else has a believable value. */
export interface FakeContextOptions {
  readonly root: string;
  readonly readAccess?: readonly string[] | null;
  readonly writeAccess?: readonly string[] | null;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
  readonly summary?: Partial<RunSummary>;
  readonly attempt?: number;
}

/** An {@link AgentContext} that remembers what the handler said. */
export interface FakeContext extends AgentContext {
  readonly said: string[];
  readonly logged: string[];
}

export const createFakeContext = (options: FakeContextOptions): FakeContext => {
  const said: string[] = [];
  const logged: string[] = [];
  const summary: RunSummary = {
    run: 'wf-test-0001',
    handle: 'TEST',
    workflow: { id: 'inventory-validation-v1', version: 1, sha256: 'a'.repeat(64) },
    startedBy: 'user:lucius',
    createdAt: Date.UTC(2025, 9, 7, 14, 19),
    tasks: [{ id: 'scan', status: 'COMPLETED', attempts: 1, duration: 12 }],
    approvals: [],
    audit: { events: 9, head: 'b'.repeat(64) },
    ...options.summary,
  };
  return {
    said,
    logged,
    identity: {
      run: summary.run,
      task: 'receipt',
      attempt: options.attempt ?? 1,
      workflow: summary.workflow.id,
    },
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => Date.UTC(2025, 9, 7, 14, 20)),
    progress: (percent, message) => void said.push(`${percent ?? '?'} ${message}`),
    log: (level, message) => void logged.push(`${level}: ${message}`),
    paths: createStationPaths({
      root: options.root,
      readAccess: options.readAccess ?? null,
      writeAccess: options.writeAccess ?? null,
    }),
    history: { summary: () => Promise.resolve(summary) },
    host: systemHost,
  };
};

/** A station folder with the given files (path → content) and the function that removes it. */
export const createTempStation = async (
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<{ readonly root: string; readonly remove: () => Promise<void> }> => {
  const root = await mkdtemp(join(tmpdir(), 'agent-station-'));
  await mkdir(join(root, '.3ox'));
  await addFiles(root, files);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
};

/** Adds files to a folder, creating what lies between. A path that ends with `/` is a folder. */
export const addFiles = async (
  root: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (!path.endsWith('/')) await writeFile(target, content);
  }
};
