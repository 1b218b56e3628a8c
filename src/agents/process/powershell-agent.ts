/**
 * Agents that are functions of PowerShell scripts. The worker that runs them is a script of this
 * package (`agents/powershell/Worker.ps1`); what it is told and says are the lines of every
 * long-lived worker.
 */
import { isAbsolute, join } from 'node:path';
import { findProgram } from '../../lib/find-program.ts';
import { projectFolder } from '../../lib/project-folder.ts';
import { AgentFailure } from '../agent.ts';
import type { BuiltinAgent } from '../agent.ts';
import type { RegisteredAgent } from '../registry.ts';
import { createWorkerAgent } from './json-lines-agent.ts';
import type { WorkerAgentOptions } from './json-lines-agent.ts';

/** An entry of kind `powershell`. */
export type PowerShellEntry = Extract<RegisteredAgent, { readonly kind: 'powershell' }>;

/** Creates the agent of a `powershell` entry. PowerShell is looked for when there is work. */
export const createPowerShellAgent = (
  entry: PowerShellEntry,
  options: WorkerAgentOptions,
): BuiltinAgent => {
  const { station, environment } = options;
  const scripts = join(projectFolder(), 'agents', 'powershell');
  const script =
    entry.script === null
      ? join(scripts, 'Inventory.psm1')
      : isAbsolute(entry.script)
        ? entry.script
        : join(station, entry.script);
  const descriptors = process.platform !== 'win32';
  const limit = options.limit ?? 16 * 1024 * 1024;
  const agent = createWorkerAgent(entry, options, {
    file: () => findPowerShell(environment) ?? 'pwsh',
    args: [
      '-NoProfile',
      '-NonInteractive',
      // The station's owner has named the script; elsewhere there are no execution policies.
      ...(process.platform === 'win32' ? ['-ExecutionPolicy', 'Bypass'] : []),
      '-File',
      join(scripts, 'Worker.ps1'),
      '-Script',
      script,
      '-Function',
      entry.function,
      '-Errors',
      entry.errors === 'stop' ? 'Stop' : 'Continue',
      '-Descriptors',
      descriptors ? 'yes' : 'no',
      '-Limit',
      String(limit),
    ],
    env: {
      POWERSHELL_TELEMETRY_OPTOUT: '1',
      POWERSHELL_UPDATECHECK: 'Off',
      NO_COLOR: '1',
      TERM: 'dumb',
    },
    descriptors,
    explain: ({ message }) => `PowerShell could not be started (${message}); ${INSTALL}`,
  });
  const unavailable = (): string | null => powerShellProblem(environment);
  return {
    ...agent,
    unavailable,
    handle(payload, context) {
      const why = unavailable();
      if (why === null) return agent.handle(payload, context);
      const message = `${entry.name} ${why}`;
      return Promise.reject(new AgentFailure('AgentError', message, { retryable: false }));
    },
  };
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The `pwsh` to use: the program named by WORKFLOW_PWSH, or the first on the PATH. Null when there
 * is none.
 */
export const findPowerShell = (environment: Environment): string | null =>
  findProgram(environment['WORKFLOW_PWSH'] ?? 'pwsh', { cwd: '', environment });

const INSTALL =
  'install PowerShell 7.2 or newer (https://aka.ms/powershell) so that pwsh is on the PATH, or name it in WORKFLOW_PWSH';

/** Why PowerShell agents cannot work, and what to do; null when they can. */
export const powerShellProblem = (environment: Environment): string | null => {
  if (findPowerShell(environment) !== null) return null;
  const named = environment['WORKFLOW_PWSH'];
  if (named !== undefined) {
    return `needs PowerShell, and WORKFLOW_PWSH names ${named}, which is no program`;
  }
  const old = findProgram('powershell', { cwd: '', environment });
  const found = old === null ? 'there is no pwsh' : `there is only Windows PowerShell (${old})`;
  return `needs PowerShell, and ${found}; ${INSTALL}`;
};
