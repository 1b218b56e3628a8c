import type { Order } from '../order.ts';
import type { Reference } from '../references.ts';
import type { Sheet } from '../sheet.ts';

/** Tasks that are named must exist; those named parallel must not wait for each other. */
export const checkReferences = (
  { report, tasks }: Sheet,
  references: readonly Reference[],
  order: Order,
): void => {
  const ids = tasks.map(({ definition }) => definition.id);
  const known = new Set(ids);
  const seen = new Set<string>();
  for (const { kind, from, to, span } of references) {
    if (!known.has(to)) {
      const message = `${from} names the task "${to}", which does not exist`;
      if (kind === 'timeout') report.add('DEF208', span, message);
      else report.unknown('DEF203', span, message, to, ids);
      continue;
    }
    const key = `${kind} ${from} ${to}`;
    if (seen.has(key) && kind !== 'route') {
      report.add('DEF209', span, `${from} names "${to}" twice under ${kind}`);
    }
    seen.add(key);
    if (kind !== 'parallel_with') continue;
    const reason =
      from === to
        ? 'they are the same task'
        : order.precedes(to, from)
          ? `${from} waits for ${to}`
          : order.precedes(from, to)
            ? `${to} waits for ${from}`
            : null;
    if (reason === null) continue;
    report.add('DEF205', span, `${from} and ${to} cannot run at the same time: ${reason}`);
  }
};
