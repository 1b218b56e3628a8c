import { dump } from 'js-yaml';
import type { Json } from '../../lib/json.ts';
import { failureOf, textOr } from './failure.ts';
import type { FunctionContext } from './context.ts';

/** Writes the failed run as it was when it failed. */
export const preserveState = async ({ input, run, workspace }: FunctionContext): Promise<Json> => {
  const failure = failureOf(run);
  const file = textOr(input['file'], `.3ox/workflow-data/snapshots/${failure.run}.yaml`);
  await workspace.write(file, dump(failure.snapshot, { noRefs: true }), null);
  return { file };
};
