/**
 * Following a run to its end: what happens goes to stderr as lines, the result to stdout. An
 * engine that dies meanwhile is waited for a little, and nothing is told twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { eventLines, isTelling } from '../chat/event-line.ts';
import { hasEnded } from '../chat/status-icons.ts';
import { openOfflineEngine } from '../compose/offline-engine.ts';
import type { EventType, RecordedEvent } from '../engine/events.ts';
import type { RunView } from '../engine/view.types.ts';
import { readLock } from '../journal/lock.ts';
import { layoutOf } from '../station/layout.ts';
import type { CliContext, Outcome } from './cli-command.ts';
import { EXIT, exitOfRun } from './exit-codes.ts';
import { failure } from './failure.ts';
import { interrupted } from './interrupted.ts';
import { showRun } from './show-run.ts';
import { connectWriter, type Writer } from './writer.ts';

/** ms in which another engine may take over. */
const PATIENCE = 5_000;

/** Takes over `writer` and closes it. */
export const follow = async (
  context: CliContext,
  writer: Writer,
  run: string,
): Promise<Outcome> => {
  const { output } = context;
  const teller = createTeller(context);
  const interrupt = interrupted();
  let current: Writer | null = writer;
  try {
    for (;;) {
      // 1. To the end, or as far as this engine comes.
      const ending =
        current === null ? 'lost' : await oneEngine(current, run, teller, interrupt.asked);
      if (ending !== 'lost' && ending !== 'interrupted') {
        if (current?.own) await awaitFailureRun(current, ending, interrupt.asked);
        showRun(output, ending);
        return hasEnded(ending) ? exitOfRun(ending.status) : EXIT.waiting;
      }
      if (ending === 'interrupted') {
        output.note(interruptedLine(teller.handle(), run, current?.own ?? false));
        return EXIT.interrupted;
      }
      // 2. The engine went away: another may follow it.
      if (current?.own) {
        return failure(
          'ENGINE_STOPPED',
          `The engine stopped; run ${run} goes on with the next one`,
          {
            exit: EXIT.failed,
            hint: 'workflow doctor looks for the reason, workflow serve starts an engine',
          },
        );
      }
      await current?.close();
      current = await nextEngine(context);
      if (current !== null) continue;
      const { root } = context.station();
      const view = await openOfflineEngine(root).view(run);
      if (view !== null && hasEnded(view)) {
        showRun(output, view);
        return exitOfRun(view.status);
      }
      return failure(
        'ENGINE_GONE',
        `No engine runs any more; run ${run} goes on with the next one`,
        {
          exit: EXIT.failed,
          hint: 'workflow serve starts one',
        },
      );
    }
  } finally {
    interrupt.release();
    await current?.close();
  }
};

/** What the engine notes for itself; `logs` shows it. */
const BOOKKEEPING: ReadonlySet<EventType> = new Set([
  'TaskClaimed',
  'TaskQueued',
  'FileRequested',
  'ChecksRequested',
  'EffectRecorded',
]);

interface Teller {
  /** Tells what was not told yet. */
  tell(view: RunView, events: readonly RecordedEvent[]): void;
  /** True when the run is to be left as it waits for a person. */
  leaves(view: RunView): boolean;
  handle(): string | null;
}

const oneEngine = async (
  writer: Writer,
  run: string,
  teller: Teller,
  interrupt: Promise<void>,
): Promise<RunView | 'lost' | 'interrupted'> => {
  let settle: (view: RunView) => void = () => undefined;
  const settled = new Promise<RunView>((resolve) => {
    settle = resolve;
  });
  const look = (view: RunView, events: readonly RecordedEvent[]): void => {
    teller.tell(view, events);
    if (hasEnded(view) || teller.leaves(view)) settle(view);
  };
  const early: [RunView, readonly RecordedEvent[]][] = [];
  let caughtUp = false;
  const watching = async (): Promise<RunView> => {
    await writer.subscribe(run, ({ view, events }) => {
      if (caughtUp) look(view, events);
      else early.push([view, events]);
    });
    const events = await writer.engine.events(run);
    const view = await writer.engine.view(run);
    if (view !== null) look(view, events);
    caughtUp = true;
    for (const [later, news] of early) look(later, news);
    return settled;
  };
  return Promise.race([
    watching().catch((): 'lost' => 'lost'),
    writer.lost.then((): 'lost' => 'lost'),
    interrupt.then((): 'interrupted' => 'interrupted'),
  ]);
};

const createTeller = (context: CliContext): Teller => {
  const { output } = context;
  const asked = new Set<string>();
  let handle: string | null = null;
  let last: readonly [seq: number, index: number] = [0, -1];
  return {
    tell(view, events) {
      handle = view.handle;
      for (const event of events) {
        const isNew = event.seq > last[0] || (event.seq === last[0] && event.index > last[1]);
        if (!isNew) continue;
        last = [event.seq, event.index];
        if (!output.json && isTelling(event) && !BOOKKEEPING.has(event.event.type)) {
          for (const line of eventLines(event)) output.note(line);
        }
      }
      for (const { id, approval, status } of view.tasks) {
        if (approval === null || status !== 'PENDING_APPROVAL') continue;
        const key = `${id} ${approval.requested_at}`;
        if (asked.has(key)) continue;
        asked.add(key);
        output.note(
          `⏸ ${id} waits for a person: workflow choose ${view.handle} ${id} ${approval.options.join(' | ')}`,
        );
      }
    },
    leaves: (view) => context.flag('no-wait') && view.waiting_for === 'person',
    handle: () => handle,
  };
};

/** With our own engine the failure workflow would wait for the next one: let it end first. */
const awaitFailureRun = async (
  writer: Writer,
  view: RunView,
  interrupt: Promise<void>,
): Promise<void> => {
  if (view.failure_run === null) return;
  const quiet: Teller = {
    tell: () => undefined,
    leaves: (failureView) => failureView.waiting_for === 'person',
    handle: () => null,
  };
  await oneEngine(writer, view.failure_run, quiet, interrupt);
};

const nextEngine = async (context: CliContext): Promise<Writer | null> => {
  const { workspace } = layoutOf(context.station().root);
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await delay(200)) {
    const lock = readLock(workspace);
    if (lock === null || lock.state === 'gone' || lock.address === null) continue;
    const writer = await connectWriter(lock.address);
    if (writer !== null) return writer;
  }
  return null;
};

const interruptedLine = (handle: string | null, run: string, own: boolean): string => {
  const name = handle ?? run;
  return own
    ? `${name} goes on with the next engine (workflow serve); to end it: workflow cancel ${name}`
    : `${name} goes on; to watch it again: workflow watch ${name}; to end it: workflow cancel ${name}`;
};
