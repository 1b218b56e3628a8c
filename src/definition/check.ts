import { advise } from './checks/advice.ts';
import { checkTexts } from './checks/all-texts.ts';
import { checkCycles } from './checks/cycles.ts';
import { checkIds } from './checks/ids.ts';
import { checkPaths } from './checks/paths.ts';
import { checkReachable } from './checks/reachable.ts';
import { checkReferences } from './checks/references.ts';
import { checkSchedules } from './checks/schedules.ts';
import { checkSettings } from './checks/settings.ts';
import { checkTaskTypes } from './checks/task-types.ts';
import { createOrder, ownersOf } from './order.ts';
import { edgesOf, referencesOf } from './references.ts';
import type { Sheet } from './sheet.ts';

/** Every static check of a definition that could be converted. */
export const checkSheet = (sheet: Sheet): void => {
  const references = referencesOf(sheet);
  const owners = ownersOf(sheet.tasks);
  const known = new Set(sheet.tasks.map(({ definition }) => definition.id));
  const named = references.filter(({ from, to }) => owners.get(from) === owners.get(to));
  const edges = edgesOf(named, known);
  const order = createOrder(edges, owners);
  checkIds(sheet);
  checkReferences(sheet, references, { order, owners });
  const circular = checkCycles(edges, sheet.report);
  checkTaskTypes(sheet);
  checkSettings(sheet);
  checkSchedules(sheet);
  checkPaths(sheet);
  checkTexts(sheet, order);
  if (!circular) checkReachable(sheet, references, edges);
  advise(sheet);
};
