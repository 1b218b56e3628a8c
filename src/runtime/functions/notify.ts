import type { Json } from '../../lib/json.ts';
import { failureOf, textOr } from './failure.ts';
import type { FunctionContext } from './context.ts';

/**
 * Composes a message for the notification routes. Saying it is the chat bridge's part: it
 * sees this task's output in the run and posts it once.
 */
export const notify = async ({ input, run }: FunctionContext): Promise<Json> => {
  const failure = failureOf(run);
  return {
    message: textOr(
      input['message'],
      `Workflow ${failure.workflow} ended ${failure.status} at ${failure.task}: ${failure.reason}`,
    ),
    urgency: textOr(input['urgency'] ?? input['severity'], 'high'),
  };
};
