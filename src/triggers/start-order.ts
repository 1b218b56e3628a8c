/** A start as a file or a request says it, checked at the edge. */
import { z } from 'zod';
import type { Engine, GivenValue, Identity, StartRequest, StartResult } from '../runtime/engine.ts';

/** The written form. `key` names what is started: the same key never starts two runs. */
export const startOrder = z.strictObject({
  workflow: z.string().min(1),
  version: z.int().min(1).nullish(),
  input: z.record(z.string(), z.json()).default({}),
  key: z.string().min(1).max(200).nullish(),
});

export type StartOrder = z.output<typeof startOrder>;

/** Starts what `order` says; `key` is used where the order names none. */
export const startFrom = (
  engine: Pick<Engine, 'start'>,
  order: StartOrder,
  { by, key, origin }: Pick<StartRequest, 'key' | 'origin'> & { readonly by: Identity },
): Promise<StartResult> =>
  engine.start({
    workflow: order.workflow,
    version: order.version ?? null,
    input: Object.fromEntries(
      Object.entries(order.input).map(([name, value]): [string, GivenValue] => [
        name,
        { type: 'value', value },
      ]),
    ),
    by,
    key: order.key ?? key,
    origin,
  });

/** Why a start was refused, in one text. */
export const refusalText = (problem: Exclude<StartResult, { type: 'started' }>): string =>
  problem.type === 'invalid_input'
    ? problem.problems.map(({ message }) => message).join('; ')
    : `${problem.message}${problem.hint === null ? '' : ` (${problem.hint})`}`;
