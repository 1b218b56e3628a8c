/** The agents that `agent new` writes: a file from the package's `examples/agents/`, and its entry. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../lib/project-folder.ts';

/** Kinds of agents there is a template for. */
export const TEMPLATE_KINDS = ['powershell', 'python', 'shell', 'node'] as const;

export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

/** A new agent, not yet written. */
export interface NewAgent {
  /** Station-relative, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Lines of its entry in agents.yaml, without indentation. */
  readonly entry: readonly string[];
  /** What must be installed to run it. */
  readonly needs: string;
  /** A command that runs it by itself, in the station. */
  readonly tryIt: string;
}

/** Fills a template in for the agent `name`. */
export const newAgent = async (name: string, kind: TemplateKind): Promise<NewAgent> => {
  const { extension, needs, entry, tryIt } = KINDS[kind];
  const base = name.toLowerCase().replaceAll('_', '-');
  const path = `.3ox/agents/${base}.${extension}`;
  const verb = `Invoke-${name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('')}`;
  const template = await readFile(
    join(projectFolder(), 'examples', 'agents', `agent.${extension}`),
    'utf8',
  );
  return {
    path,
    needs,
    text: template
      .replaceAll('MY_AGENT', name)
      .replaceAll('my-agent', base)
      .replaceAll('Invoke-MyAgent', verb),
    entry: [`${name}:`, ...entry(path, verb).map((line) => `  ${line}`)],
    tryIt: tryIt(path, verb),
  };
};

interface Kind {
  readonly extension: string;
  readonly needs: string;
  readonly entry: (path: string, verb: string) => readonly string[];
  readonly tryIt: (path: string, verb: string) => string;
}

const command = (...words: readonly string[]): readonly string[] => [
  'kind: command',
  `command: [${words.join(', ')}]`,
  'concurrency: 1',
];

const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

const KINDS = {
  powershell: {
    extension: 'ps1',
    needs: 'PowerShell 7.2 or newer (pwsh)',
    entry: (path, verb) => ['kind: powershell', `script: ${path}`, `function: ${verb}`],
    tryIt: (path, verb) => `pwsh -NoProfile -Command ". ./${path}; ${verb} @{ name = 'Ann' }"`,
  },
  python: {
    extension: 'py',
    needs: 'Python 3.8 or newer',
    entry: (path) => command(PYTHON, path),
    tryIt: (path) => `echo '{"name": "Ann"}' | ${PYTHON} ${path}`,
  },
  shell: {
    extension: 'sh',
    needs: 'a POSIX shell (on Windows the one of Git)',
    entry: (path) => command('sh', path),
    tryIt: (path) => `WORKFLOW_INPUT_NAME=Ann sh ${path}`,
  },
  node: {
    extension: 'mjs',
    needs: 'nothing: the bridge runs on Node, too',
    entry: (path) => command('node', path),
    tryIt: (path) => `echo '{"name": "Ann"}' | node ${path}`,
  },
} as const satisfies Record<TemplateKind, Kind>;
