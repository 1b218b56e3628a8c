/**
 * `workflow status` from nothing, beside a bare Node that does nothing: on a station where nothing is
 * under way, and on one with 10,000 archived and 500 open runs.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../src/lib/project-folder.ts';
import { bigJournal } from './lib/big-journal.ts';
import { shown, table, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';
import { inScratch } from './lib/scratch.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 20);
  const size = { archived: 10_000, open: 500, events: 1_000_000 };
  const project = projectFolder();
  const program = join(project, 'dist', 'src', 'cli', 'main.js');
  const full = await bigJournal(size);
  return inScratch(async (scratch) => {
    const [idle, busy] = [join(scratch, 'idle'), join(scratch, 'busy')];
    await cp(join(project, 'examples', 'station'), idle, { recursive: true });
    await mkdir(busy);
    await symlink(full, join(busy, '.3ox'), 'junction');
    const measured = await interleaved(
      rounds,
      {
        bare: timed('-e', '0'),
        version: timed(program, '--version'),
        status: timed(program, 'status', '-C', idle),
        list: timed(program, 'list', '-C', idle),
        busy: timed(program, 'status', '-C', busy),
      },
      2,
    );
    const row = (what: string, ms: readonly number[]) => [
      what,
      shown(ms),
      shown(ratios(ms, measured.bare)),
    ];
    console.log(
      table([
        ['program', 'ms', 'to bare'],
        row('node -e 0', measured.bare),
        row('workflow --version', measured.version),
        row('workflow list', measured.list),
        row('workflow status', measured.status),
        row(`the same, ${size.archived} archived and ${size.open} open runs`, measured.busy),
      ]),
    );
    return [
      {
        quantity: '`workflow status` cold',
        comparedWith: 'bare `node -e 0`',
        reach: { atMost: 1.4 },
        values: ratios(measured.status, measured.bare),
        unit: 'x',
      },
    ];
  });
};

/** ms. */
const timed =
  (...words: readonly string[]) =>
  async (): Promise<number> => {
    const begun = performance.now();
    await promisify(execFile)(process.execPath, words, { maxBuffer: 64 * 1024 * 1024 });
    return performance.now() - begun;
  };
