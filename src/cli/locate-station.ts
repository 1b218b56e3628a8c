import { join } from 'node:path';
import { projectFolder } from '../lib/project-folder.ts';
import { findStation, type FoundStation } from '../station/find-station.ts';
import type { Output } from './output.ts';

/** The station meant; says so when it is the copy of the example. @throws StationNotFoundError */
export const locateStation = (named: string | null, output: Output): FoundStation => {
  const project = projectFolder();
  const station = findStation({
    named,
    from: process.cwd(),
    example: { source: join(project, 'examples', 'station'), target: join(project, '.station') },
  });
  if (station.how === 'example' && !output.json) {
    output.note(`No station here: this is the copy of the example in ${station.root}`);
  }
  return station;
};
