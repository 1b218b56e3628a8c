/** Where things are in a station: the one place that knows the names. */
import { join } from 'node:path';

export interface StationLayout {
  readonly root: string;
  /** `.3ox`, the workspace. */
  readonly workspace: string;
  /** Folders of the workspace that hold inputs and outputs: for the station's own user alone. */
  readonly ownFolders: readonly string[];
  readonly stateFile: string;
  readonly executionLog: string;
  /** Figures for Prometheus, while the HTTP server is off. */
  readonly metrics: string;
  /** Values given for secret inputs, while their runs need them. */
  readonly secrets: string;
  /** What `${secret.NAME}` stands for, where the environment does not say. */
  readonly secretsFile: string;
  /** Until when schedules were dealt with. */
  readonly schedules: string;
  readonly settings: string;
  readonly agents: string;
  /** The station's own definitions. */
  readonly workflows: string;
}

export const layoutOf = (root: string): StationLayout => {
  const workspace = join(root, '.3ox');
  return {
    root,
    workspace,
    ownFolders: [
      'journal',
      'archive',
      'secrets',
      'queue',
      'task-queue',
      'response-queue',
      'workflow-data',
      'incidents',
    ].map((name) => join(workspace, name)),
    stateFile: join(workspace, 'workflow.state.yaml'),
    executionLog: join(workspace, 'workflow.execution.log'),
    metrics: join(workspace, 'metrics.prom'),
    secrets: join(workspace, 'secrets'),
    secretsFile: join(workspace, 'secrets.yaml'),
    schedules: join(workspace, 'schedules.json'),
    settings: join(workspace, 'settings.yaml'),
    agents: join(workspace, 'agents.yaml'),
    workflows: join(root, '.3ox.index', 'CORE', 'WORKFLOWS'),
  };
};
