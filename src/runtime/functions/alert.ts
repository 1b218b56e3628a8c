import { dump } from 'js-yaml';
import type { Json } from '../../lib/json.ts';
import { isoTime, siriusDay } from '../../lib/sirius.ts';
import { failureOf, textOr } from './failure.ts';
import type { FunctionContext } from './context.ts';

/** Puts an alert file into the station's out folder, where people and tools look for what is new. */
export const createAlert = async (context: FunctionContext): Promise<Json> => {
  const { input, run, workspace, clock } = context;
  const failure = failureOf(run);
  const folder = textOr(input['folder'], '0UT.3OX');
  const file = textOr(input['file'], `${folder}/ALERT.${failure.run}.yaml`);
  const now = clock.now();
  const alert = {
    alert: {
      sirius_time: siriusDay(now),
      created_at: isoTime(now),
      severity: textOr(input['severity'] ?? input['urgency'], 'critical'),
      workflow: failure.workflow,
      workflow_id: failure.run,
      failed_task: failure.task,
      status: failure.status,
      reason: failure.reason,
      message: textOr(input['message'], `Workflow ${failure.workflow} ${failure.status}`),
    },
  };
  await workspace.write(file, dump(alert, { noRefs: true }), null);
  return { file };
};
