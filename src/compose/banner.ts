/** What the bridge says when it is ready: the truth about what is up, and a line to paste. */
import { relative } from 'node:path';
import { readAgentHealth } from '../agents/host/health.ts';
import type { FaceOptions } from './face.ts';

export const bannerLines = async (
  { open, station, config, web }: FaceOptions,
  mode: 'console' | 'Discord',
): Promise<readonly string[]> => {
  const { engine } = open;
  const [valid, files, agents] = await Promise.all([
    engine.definitions.list(),
    engine.definitions.problems(),
    readAgentHealth(open.layout.root),
  ]);
  const broken = files.filter(({ problems }) =>
    problems.some(({ severity }) => severity === 'error'),
  ).length;
  const up = agents.filter((agent) => agent.up).length;
  const folder = relative(process.cwd(), station.root) || '.';
  const copy = station.how === 'example' ? ' (a copy of the example: try anything)' : '';
  return [
    `CMD.BRIDGE  ${mode}`,
    `station    ${folder}${copy}`,
    `workflows  ${valid.length} valid${broken === 0 ? '' : `, ${broken} with errors (workflow validate)`}`,
    `agents     ${up} up${up === agents.length ? '' : ` of ${agents.length}`}`,
    ...(web === null
      ? []
      : [
          `web        ${web.address}${web.moved ? ` (HTTP_PORT ${config.httpPort} is in use)` : ''}`,
        ]),
    ...recoveryLines(open),
    `try        ${config.prefix} inventory-validation-v1 target_folder=0UT.3OX`,
    '',
  ];
};

const recoveryLines = ({ engine }: FaceOptions['open']): readonly string[] => {
  const { resumed, quarantined } = engine.recovery;
  return [
    ...resumed.map(({ handle, progress }) =>
      progress.done === 1
        ? `resumed    ${handle}, 1 finished task was not repeated`
        : `resumed    ${handle}, ${progress.done} finished tasks were not repeated`,
    ),
    ...[...quarantined].map(([run, why]) => `parked     ${run}: ${why}`),
  ];
};
