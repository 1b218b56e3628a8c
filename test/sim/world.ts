/** One simulated world from one seed: what its parts share. Owns nothing that happens in it. */
import { join } from 'node:path';
import { readAnswerFile } from '../../src/agents/file-queue/answer-file.ts';
import type { QueueFolders } from '../../src/agents/file-queue/folders.ts';
import { queueFolders } from '../../src/agents/file-queue/folders.ts';
import type { StationLayout } from '../../src/station/layout.ts';
import { layoutOf } from '../../src/station/layout.ts';
import type { FaultCode } from '../support/host/faulty-files.ts';
import { createMachine } from '../support/host/machine.ts';
import type { Machine } from '../support/host/machine.ts';
import type { MemoryDisk } from '../support/host/memory-disk.ts';
import { createVirtualTime } from '../support/host/virtual-time.ts';
import type { VirtualTime } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';
import type { Random } from '../support/random.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { createOwed } from './owed.ts';
import type { Owed } from './owed.ts';
import type { AgentPlaces } from './rules.ts';
import type { Mood } from './scripted-agents.ts';
import { createSimulatedChat } from './simulated-chat.ts';
import type { SimulatedChat } from './simulated-chat.ts';

export const ROOT = '/station';
const START = Date.UTC(2026, 10, 24, 9);

/** What agents are trusted with and nobody else may ever see. */
export const SECRET = 'never-to-be-seen-9137';

export interface World {
  readonly random: Random;
  /** What people do is drawn apart, so that a change of the machine's chances changes less. */
  readonly people: Random;
  readonly time: VirtualTime;
  readonly machine: Machine;
  readonly chat: SimulatedChat;
  readonly ledger: Ledger;
  readonly owed: Owed;
  readonly layout: StationLayout;
  readonly folders: QueueFolders;
  readonly mood: Mood;
  /** `cuts` are those of the crashes that cut the power. */
  readonly counts: { crashes: number; cuts: number; faults: number; steps: number };
  /** File calls that fail at the moment. */
  fault: { readonly code: FaultCode; readonly until: number; readonly likely: number } | null;
  /** What the registry says of the agent EVEN, or nothing. */
  readonly even: string;
  /** Attempts that agents of living processes work on, and since when. */
  readonly working: Map<string, number>;
  /** When a process was ended or stopped, a file call failed, a folder went or the clock was set last. */
  disturbed: number;
  /** So many of the next starts of the bridge go down before they are over. */
  doomed: number;
  /** When the last change of a run was told. */
  readonly told: Map<string, number>;
  /** The first rule that was broken. */
  violation: unknown;
  /** Tells what happens, when somebody listens. */
  readonly say: (line: string) => void;
  /** Does `work`; what it throws is a broken rule, whoever called it. */
  readonly guarded: (work: () => void) => void;
}

export const createWorld = (seed: number, log: ((line: string) => void) | null): World => {
  const random = createRandom(seed);
  const time = createVirtualTime(random.fork());
  const machine = createMachine(time, random.fork(), START);
  const layout = layoutOf(ROOT);
  const folders = queueFolders(ROOT, machine.disk);
  const even = random.pick(EVEN);
  const owed = createOwed(machine, layout, folders);
  const world: World = {
    random,
    people: random.fork(),
    time,
    machine,
    chat: createSimulatedChat(time, machine, random.fork(), {
      posting: (nonce) => world.guarded(() => owed.posting(nonce)),
      posted: (nonce, ref) => owed.posted(nonce, ref),
    }),
    ledger: createLedger({
      placesOf: (agent) => (agent === 'EVEN' ? even.places : ANY_NUMBER),
      leaseIn: (answer) => leaseIn(machine.disk, folders, answer),
      isWorkedOn(...attempt) {
        const since = world.working.get(attempt.join(' '));
        return since !== undefined && since > world.disturbed;
      },
    }),
    even: even.text,
    working: new Map(),
    told: new Map(),
    disturbed: 0,
    doomed: 0,
    owed,
    layout,
    folders,
    mood: { calm: false },
    counts: { crashes: 0, cuts: 0, faults: 0, steps: 0 },
    fault: null,
    violation: null,
    say: (line) => log?.(`${(time.now() / 1_000).toFixed(3)}  ${line}`),
    guarded(work) {
      try {
        work();
      } catch (error) {
        world.violation ??= error;
      }
    },
  };
  machine.onName((folder, name) => world.guarded(() => owed.changed(folder, name)));
  return world;
};

/** The limits that the agent EVEN may have. */
const ANY_NUMBER: AgentPlaces = { concurrency: null, rate: null };
interface Even {
  readonly text: string;
  readonly places: AgentPlaces;
}
const FREE: Even = { text: '', places: ANY_NUMBER };
const EVEN: readonly [Even, ...Even[]] = [
  FREE,
  FREE,
  { text: 'concurrency: 1', places: { concurrency: 1, rate: null } },
  { text: 'rate: 1/2s', places: { concurrency: null, rate: { count: 1, per: 2_000 } } },
];

/** Undefined when the answer is not there or cannot be read. */
const leaseIn = (
  disk: Pick<MemoryDisk, 'read'>,
  { inbox, answered }: QueueFolders,
  answer: string,
): string | null | undefined => {
  const bytes = disk.read(join(inbox, answer)) ?? disk.read(join(answered, answer));
  try {
    return bytes === null ? undefined : readAnswerFile(bytes, bytes.length).lease;
  } catch {
    return undefined;
  }
};
