/** PowerShell as a benchmark finds it. */
import { findPowerShell } from '../../src/agents/process/powershell-agent.ts';

/** Path of `pwsh`, or null after saying what is not measured without it. */
export const fullPowerShell = (what: string): string | null => {
  const shell = findPowerShell(process.env);
  if (shell === null) console.log(`NOT MEASURED: ${what}: pwsh is not on the PATH`);
  else if (isEngineAlone()) console.log(`NOT MEASURED: ${what}: WORKFLOW_PWSH is not pwsh itself`);
  return isEngineAlone() ? null : shell;
};

/** Whether PowerShell agents can work here, if only on PowerShell's engine. */
export const hasPowerShell = (what: string): boolean => {
  const there = findPowerShell(process.env) !== null;
  if (!there) console.log(`NOT MEASURED: ${what}: pwsh is not on the PATH`);
  return there;
};

/** The tests' host has the language and .NET, and not the cmdlets of pwsh's own modules. */
const isEngineAlone = (): boolean =>
  (process.env['WORKFLOW_PWSH'] ?? '').includes('powershell-host');
