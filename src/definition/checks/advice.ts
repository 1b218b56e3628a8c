import { formatDuration } from '../../../grammar/duration.ts';
import type { RetryPolicy } from '../../engine/definition.ts';
import { keySpan, spanAt } from '../sheet.ts';
import type { Sheet } from '../sheet.ts';
import { child, scalarsOf } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** What can be run as written, but is probably not meant that way. */
export const advise = (sheet: Sheet): void => {
  const { original, report, top } = sheet;
  if (isBlank(child(original, 'name'))) report.add('DEF501', top, 'The workflow has no name');
  if (isBlank(child(original, 'version'))) {
    report.add('DEF502', top, 'The workflow has no version, so it is version 1');
  }
  adviseOnRetries(sheet);
  adviseOnEnds(sheet);
  adviseOnInputs(sheet);
};

const isBlank = (node: YamlNode | null): boolean =>
  node === null || (node.type === 'scalar' && (node.value === null || node.value === ''));

const adviseOnRetries = ({ definition, tasks, report }: Sheet): void => {
  const limit = definition.timeout;
  if (limit === null) return;
  for (const task of tasks) {
    if (task.definition.type !== 'SIMPLE' || task.definition.timeout === null) continue;
    const longest = longestRun(task.definition.retry, task.definition.timeout);
    if (longest <= limit) continue;
    const key = task.definition.retry.maxAttempts > 1 ? 'retry_policy' : 'timeout';
    const message = `${task.definition.id} may take ${formatDuration(longest)}, the whole run has ${formatDuration(limit)}`;
    report.add('DEF507', keySpan(task, key), message);
  }
};

/** Nothing comes after the end of the run. */
const adviseOnEnds = ({ tasks, report }: Sheet): void => {
  const ends = new Set(
    tasks.flatMap(({ definition }) => (definition.type === 'TERMINATE' ? [definition.id] : [])),
  );
  for (const { definition, node, span } of tasks) {
    definition.dependsOn.forEach((id, index) => {
      if (!ends.has(id)) return;
      const list = child(node, 'depends_on');
      const at = spanAt(list, list?.type === 'list' ? [index] : [], span);
      report.add('DEF511', at, `${definition.id} waits for ${id}, which ends the run`);
    });
  }
};

/** ms until the last attempt has timed out, jitter left aside. */
const longestRun = (retry: RetryPolicy, timeout: number): number => {
  let sum = timeout * retry.maxAttempts;
  for (let done = 0; done < Math.min(retry.maxAttempts - 1, 1000); done += 1) {
    const factor =
      retry.backoff === 'fixed' ? 1 : retry.backoff === 'linear' ? done + 1 : 2 ** done;
    sum += Math.min(retry.initialDelay * factor, retry.maxDelay);
  }
  return retry.totalTimeout === null ? sum : Math.min(sum, retry.totalTimeout);
};

const adviseOnInputs = ({ inputs, node, report }: Sheet): void => {
  const used = new Set<string>();
  let all = false;
  const parts = node.type === 'map' ? node.entries.filter(({ key }) => key !== 'input') : [];
  for (const { value } of parts.flatMap((entry) => scalarsOf(entry.value))) {
    if (typeof value !== 'string') continue;
    used.add(value);
    for (const suffix of ['_exists', '_writable']) {
      if (value.endsWith(suffix)) used.add(value.slice(0, -suffix.length));
    }
    for (const [, name] of value.matchAll(/workflow\.input(?:(?:\.|\["?)([\p{L}\p{N}_-]+))?/gu)) {
      if (name === undefined) all = true;
      else used.add(name);
    }
  }
  for (const { named } of all ? [] : inputs) {
    if (used.has(named.name)) continue;
    report.add('DEF505', named.span, `The input "${named.name}" is never used`);
  }
};
