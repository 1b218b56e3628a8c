import type { Order } from '../order.ts';
import type { Reference } from '../references.ts';
import type { Sheet } from '../sheet.ts';

/** Tasks that are named must exist; those named parallel must not wait for each other. */
export const checkReferences = (
  { report, tasks }: Sheet,
  references: readonly Reference[],
  { order, owners }: { readonly order: Order; readonly owners: ReadonlyMap<string, string> },
): void => {
  const ids = [...new Set(tasks.map(({ definition }) => definition.id))];
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
    if (seen.has(key) && kind !== 'route' && kind !== 'back') {
      report.add('DEF209', span, `${from} names "${to}" twice under ${kind}`);
    }
    seen.add(key);
    if (kind === 'member') continue;
    if (owners.get(from) !== owners.get(to)) {
      const where = owners.get(to);
      const message =
        where === undefined
          ? `${from} is inside ${owners.get(from)} and names ${to}, which is not`
          : `${from} names ${to}, which is inside ${where}`;
      const hint = where === undefined ? `let ${owners.get(from)} name it` : `name ${where}`;
      report.add('DEF211', span, message, { hint });
      continue;
    }
    if (kind === 'back' && owners.get(from) !== undefined) {
      const message = `${from} is inside ${owners.get(from)}: a loop goes back by its condition`;
      report.add('DEF423', span, message, { hint: 'read the decision in while:' });
    } else if (kind === 'back' && !order.precedes(to, from)) {
      report.add(
        'DEF423',
        span,
        `${from} cannot send the work back to ${to}: it does not come before`,
      );
    }
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
