import { parseDuration } from '../../../grammar/duration.ts';
import { suggest } from '../../../grammar/suggest.ts';
import { openOfflineEngine } from '../../compose/offline-engine.ts';
import type { RunStatus } from '../../engine/state.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { runTable } from '../run-table.ts';

export const command: CliCommand = {
  options: {
    status: { type: 'string' },
    workflow: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string' },
    after: { type: 'string' },
  },
  words: { least: 0, most: 0 },
  async run(context) {
    const { output } = context;
    const status = context.text('status')?.toUpperCase().split(',') ?? null;
    const strange = status?.find((word) => !STATUSES.some((known) => known === word));
    if (strange !== undefined) {
      const [near] = suggest(strange, STATUSES);
      const hint = near === undefined ? `states: ${STATUSES.join(', ')}` : `did you mean ${near}?`;
      return failure('STATUS_UNKNOWN', `No run is ever ${strange}`, { at: '--status', hint });
    }
    const since = context.text('since');
    const span = since === null ? null : parseDuration(since);
    if (since !== null && span === null) {
      const hint = 'write 24h, 30m or 7d';
      return failure('OPTION_VALUE', `${since} is no duration`, { at: '--since', hint });
    }
    const limit = context.text('limit') ?? '50';
    if (!/^\d{1,9}$/u.test(limit) || Number(limit) === 0) {
      return failure('OPTION_VALUE', `${limit} is no number of runs`, { at: '--limit' });
    }
    const workflow = context.text('workflow');
    const { root } = context.station();
    const after = context.text('after');
    // One more than is shown says whether there are others.
    let whole = true;
    const reader = openOfflineEngine(root, (what) => {
      whole = false;
      output.note(what);
    });
    const filter = {
      ...(status === null ? {} : { status }),
      ...(workflow === null ? {} : { workflow }),
      ...(span === null ? {} : { since: Date.now() - span }),
      ...(after === null ? {} : { after }),
      limit: Number(limit) + 1,
    };
    const found = await (output.json ? reader.list(filter) : reader.rows(filter));
    const runs = found.slice(0, Number(limit));
    const next = found.length > runs.length ? (runs.at(-1)?.run ?? null) : null;
    if (output.json) output.value({ schema: 'runs/1', runs, next });
    else if (runs.length === 0) output.note('There are no such runs');
    else output.lines(runTable(runs, Date.now()));
    if (next !== null && !output.json) output.note(`There are more: --after ${next}`);
    return whole ? EXIT.ok : EXIT.failed;
  },
};

const STATUSES = [
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'FAILED',
  'TIMED_OUT',
  'CANCELLED',
  'QUARANTINED',
] as const satisfies readonly RunStatus[];
