/** Runs that come of other runs: children, compensations and failure workflows, which look at each other's. */
import type { RunCommand } from '../engine/commands.ts';
import type { RunEvent } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import type { Journal } from '../journal/journal.ts';
import type { InBackground } from './background.ts';
import { createChildRuns, type ChildRuns } from './child-runs.ts';
import { createCompensationRuns, type CompensationRuns } from './compensation-runs.ts';
import type { DefinitionCatalog } from './engine.ts';
import { createFailureRuns } from './failure-runs.ts';
import { foldRun } from './fold.ts';
import type { Commit, Dispatched, Kernel } from './kernel.ts';
import type { Secrets } from './secrets.ts';

export interface RelatedRuns {
  readonly children: ChildRuns;
  readonly compensations: CompensationRuns;
  readonly startFailureWorkflow: ReturnType<typeof createFailureRuns>;
  /** What others owe each other after a commit. */
  follow(commit: Commit): void;
}

export const createRelatedRuns = (options: {
  readonly kernel: Kernel;
  readonly journal: Pick<Journal<RunEvent>, 'read'>;
  readonly catalog: DefinitionCatalog;
  readonly secrets: Secrets;
  readonly isArchived: (run: RunId) => boolean;
  readonly newHandle: () => string;
  readonly inBackground: InBackground;
  /** Brings archived runs back first. */
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
}): RelatedRuns => {
  const { kernel, journal, isArchived } = options;
  const others = {
    ...options,
    async read(run: RunId) {
      const live = kernel.committed(run);
      if (live !== null) return live.state;
      return isArchived(run) ? (foldRun(await journal.read(run))?.state ?? null) : null;
    },
  };
  const children = createChildRuns(others);
  const compensations = createCompensationRuns(others);
  return {
    children,
    compensations,
    startFailureWorkflow: createFailureRuns(options),
    follow(commit) {
      children.follow(commit);
      compensations.follow(commit.state);
    },
  };
};
