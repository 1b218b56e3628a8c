/** Parsers of files that lie in a station: its own, which people and programs may have touched. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { queueFolders } from '../../src/agents/file-queue/folders.ts';
import { readHosts } from '../../src/agents/host/presence.ts';
import { compareBytes } from '../../src/agents/inventory/byte-order.ts';
import {
  checkStateLog,
  readStateLog,
  stateEnd,
  stateHeader,
  stateLine,
} from '../../src/agents/inventory/file-state-log.ts';
import { manifestSealLine, sha256Of } from '../../src/agents/receipt/canonical.ts';
import { openManifest } from '../../src/agents/receipt/manifest.ts';
import { openArchive } from '../../src/journal/archive.ts';
import { archivedRuns } from '../../src/journal/archived-runs.ts';
import { parseClosing } from '../../src/journal/closing.ts';
import { encodeFrame } from '../../src/journal/frame.ts';
import { partOf, writePart } from '../../src/journal/index-part.ts';
import { readIndex } from '../../src/journal/index-source.ts';
import { readLock } from '../../src/journal/lock.ts';
import { recoveryNotes } from '../../src/journal/recovery-notes.ts';
import { scanJournal } from '../../src/journal/scan.ts';
import { readOrder } from '../../src/triggers/drop-folder.ts';
import { createScheduleFile } from '../../src/triggers/schedule-file.ts';
import { createMemoryMachine } from '../support/host/memory-station.ts';
import type { Target } from './targets.ts';

const RUN = 'wf-1759800000000-abcdefghi';
const SUM = 'a'.repeat(64);

/** A file on the real disk, for parsers that read in pieces. */
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const fileWith = (text: string): string => {
  const path = join(folder, 'file');
  writeFileSync(path, text);
  return path;
};

/** A machine in memory whose files of these paths hold `text`. */
const machineWith = (text: string | Buffer, ...paths: readonly string[]) => {
  const { machine } = createMemoryMachine(1);
  for (const path of paths) {
    machine.disk.makeFolder(dirname(path));
    machine.disk.put(path, Buffer.from(text));
  }
  return machine.start('reader').host;
};

const MANIFEST = [
  '# station: "3OX"\n',
  `# run: ${RUN}\n`,
  '# sirius_time: x\n',
  '# folder: "0UT.3OX"\n',
  '# files: 2\n',
  '# bytes: 12\n',
  `${SUM}  12  2026-01-01T00:00:00.000Z  a.txt\n`,
  '-  -  -  "b\\u0000.txt"\n',
].join('');

const version = { size: 12n, mtimeNs: 1n, ctimeNs: 2n, ino: 3n };
const LOG = [
  stateHeader('0UT.3OX'),
  stateLine(SUM, 'a.txt', version),
  stateLine(SUM, 'b c', version),
].join('');

const CLOSING = JSON.stringify({
  archived: {
    run: RUN,
    handle: 'ABCD',
    workflow: 'w',
    status: 'COMPLETED',
    reason: null,
    startedBy: 'os:a',
    createdAt: 1,
    endedAt: 2,
    done: 1,
    total: 1,
    key: null,
    parent: null,
  },
  version: 3,
  head: SUM,
});

const PART = writePart(
  partOf(
    [parseClosing(CLOSING)].filter((one) => one !== null),
    { from: 0, to: 40, before: '', again: [] },
  ),
);

const HOLDER = '"pid":1,"boot":"b","started":"1","host":"h"';

export const fileTargets: readonly Target[] = [
  {
    name: 'manifest',
    seeds: [MANIFEST],
    async run(text) {
      // As it is, and sealed, so that what is behind the seal is reached, too.
      for (const whole of [text, manifestSealLine(sha256Of(text)) + text]) {
        const manifest = await openManifest(fileWith(whole));
        if ('problem' in manifest) continue;
        let last = '';
        for (const { path, size } of manifest.files()) {
          if (compareBytes(last, path) > 0) throw new Error('it is not sorted');
          if (size !== null && !Number.isSafeInteger(size)) throw new Error(`a size of ${size}`);
          last = path;
        }
      }
    },
  },
  {
    name: 'state-log',
    seeds: [LOG],
    async run(text) {
      const lines = text.split('\n').length - 2;
      for (const whole of [text, text + stateEnd(lines, sha256Of(text))]) {
        const path = fileWith(whole);
        if ((await checkStateLog(path, '0UT.3OX')) === null) continue;
        const log = readStateLog(path);
        try {
          for (const name of ['', 'a.txt', 'b c', 'z']) log.lineOf(name);
        } finally {
          log.close();
        }
      }
    },
  },
  {
    name: 'start-order',
    seeds: [
      'workflow: w\nversion: 2\ninput: {a: 1, b: [x, {c: d}]}\n',
      '{"workflow": "w", "input": {"text": "x"}, "key": "k"}',
    ],
    run: (text) => void readOrder(text),
  },
  {
    name: 'archive',
    seeds: [CLOSING, PART, '{"base":1,"to":5,"epoch":2,"records":0}'],
    run(text) {
      // With a checksum that holds, as whoever writes into a station can make one.
      const frame = encodeFrame(text.replaceAll('\n', ' '));
      const { files } = machineWith(
        frame,
        '/s/archive/index.jsonl',
        '/s/archive/parts.jsonl',
        `/s/archive/${RUN}.jsonl`,
        '/s/journal/base-0000000000000005.jsonl',
      );
      const archive = openArchive(files, '/s/archive');
      const runs = archivedRuns(archive, readIndex(files, '/s/archive'), () => false);
      for (const _ of runs.newest({ mayHold: ({ latest }) => latest > 0 }));
      for (const _ of runs.beginning('AB'));
      runs.named('ABCD');
      runs.withKey('k');
      archive.missing(() => false);
      scanJournal(files, '/s/journal');
    },
  },
  {
    name: 'station-files',
    seeds: [
      '{"w * * * * * UTC":"2026-01-01T00:00:00.000Z"}',
      `{${HOLDER},"epoch":1,"since":1,"heartbeat":1,"beat":1,"address":null}`,
      `{"unfinished":2,"at":"${RUN}","crashes":{"${RUN}":2},"parked":{"${RUN}":"why"}}`,
      `{"schema":1,"process":{${HOLDER}},"startedAt":1,"updatedAt":2,"agents":{}}`,
    ],
    async run(text) {
      const folders = queueFolders('/s');
      const host = machineWith(
        text,
        '/s/.3ox/schedules.json',
        '/s/.3ox/journal/engine-1.claim',
        '/s/.3ox/journal/epoch',
        '/s/.3ox/journal/recovery.json',
        join(folders.hosts, 'h.json'),
      );
      await createScheduleFile('/s/.3ox/schedules.json', host).read();
      readLock('/s/.3ox', host);
      recoveryNotes('/s/.3ox', host.files).begin();
      readHosts(folders, host);
    },
  },
];
