/**
 * Scans of more files than go without threads, and lists that lie in files. SCAN_FILES=1000000
 * makes the tree large.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complianceValidatorAgent } from '../../../src/agents/inventory/compliance-validator.ts';
import { compareBytes } from '../../../src/agents/inventory/byte-order.ts';
import { fileScannerAgent } from '../../../src/agents/inventory/file-scanner.ts';
import { LISTS } from '../../../src/agents/inventory/list-file.ts';
import { receiptGeneratorAgent } from '../../../src/agents/inventory/receipt-generator.ts';
import { verifyManifest } from '../../../src/agents/receipt/verify-manifest.ts';
import { isJsonObject } from '../../../src/lib/json.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { until } from '../../support/queue-engine.ts';

const FILES = Number(process.env['SCAN_FILES'] ?? '700');

let root: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ root, remove } = await createTempStation());
  for (let made = 0, folder = 0; made < FILES; folder += 1) {
    const path = join(root, '0UT.3OX', `d${folder % 7}`, `e-${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 50 && made < FILES; file += 1, made += 1) {
      // Every fifth has the content of another.
      writeFileSync(join(path, `f${file}.txt`), `${made % 5 === 0 ? 'same' : made}`);
    }
  }
  await mkdir(join(root, '0UT.3OX', 'empty'));
}, 600_000);
afterAll(() => remove(), 600_000);

const object = (value: unknown): JsonObject => {
  if (!isJsonObject(value)) throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
};

/** A text that has to be one. */
const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`no text: ${JSON.stringify(value)}`);
  return value;
};

const scan = async (scan_options: JsonObject, signal?: AbortSignal): Promise<JsonObject> => {
  const context = createFakeContext({
    root,
    now: () => Date.now() + 10_000,
    ...(signal === undefined ? {} : { signal }),
  });
  const payload = { folder: '0UT.3OX', scan_options };
  return object(await fileScannerAgent.handle(payload, context));
};

/** The entries of a list that lies in a file. */
const entriesOf = async (list: unknown): Promise<readonly JsonObject[]> => {
  const ref = object(list);
  const bytes = await readFile(join(root, text(ref['$ref'])));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(ref['sha256']);
  expect(bytes.length).toBe(ref['bytes']);
  const entries = bytes
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => object(JSON.parse(line)));
  expect(entries).toHaveLength(Number(ref['entries']));
  return entries;
};

describe('a scan in threads', { timeout: 600_000 }, () => {
  it('lists every file once, in order, with its checksum, in the answer or in a file', async () => {
    const large = await scan({ inline_entries: 10 });
    const entries = await entriesOf(large['file_list']);
    expect(entries).toHaveLength(FILES);
    expect(large['total_files']).toBe(FILES);
    const paths = entries.map((entry) => text(entry['path']));
    expect(paths).toEqual(paths.toSorted(compareBytes));
    expect(new Set(paths).size).toBe(FILES);
    for (const entry of entries.slice(0, 50)) {
      const bytes = await readFile(join(root, '0UT.3OX', text(entry['path'])));
      expect(entry['sha256']).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(entry['size']).toBe(bytes.length);
    }
    if (FILES > 5_000) return;
    const small = await scan({});
    expect(small['file_list']).toEqual(entries);
    expect(small['folder_list']).toContain('empty');
    expect(small['total_size']).toBe(large['total_size']);
  });

  it('takes over what did not change, in threads and when only that is left', async () => {
    const options = { incremental: true, inline_entries: 10 };
    const first = await scan(options);
    const second = await scan(options);
    expect([first['unchanged_files'], second['unchanged_files']]).toEqual([0, FILES]);
    expect(second['file_list']).toEqual(first['file_list']);
    await appendFile(join(root, '0UT.3OX', 'd1', 'e-1', 'f0.txt'), 'more');
    const third = await scan(options);
    expect(third['unchanged_files']).toBe(FILES - 1);
    expect(third['file_list']).not.toEqual(first['file_list']);
  });

  it.runIf(process.platform === 'linux')(
    'leaves no log open, with threads or without',
    async () => {
      const logs = () => {
        const open = readdirSync('/proc/self/fd').map((fd) => {
          try {
            return readlinkSync(`/proc/self/fd/${fd}`);
          } catch {
            return 'closed meanwhile';
          }
        });
        return open.filter((file) => file.startsWith(root));
      };
      await mkdir(join(root, 'FEW'), { recursive: true });
      await writeFile(join(root, 'FEW', 'one.txt'), '1');
      for (const folder of ['0UT.3OX', 'FEW']) {
        for (let time = 0; time < 2; time += 1) {
          const context = createFakeContext({ root, now: () => Date.now() + 10_000 });
          const payload = { folder, scan_options: { incremental: true, inline_entries: 10 } };
          await fileScannerAgent.handle(payload, context);
        }
      }
      expect(logs()).toEqual([]);
    },
  );

  it('stops soon when it is told to, and leaves no half list behind', async () => {
    const abort = new AbortController();
    const begun = scan({ inline_entries: 10 }, abort.signal);
    setImmediate(() => abort.abort());
    await expect(begun).rejects.toMatchObject({ type: 'TimeoutError' });
    await mkdir(join(root, ...LISTS.split('/')), { recursive: true });
    const left = readdirSync(join(root, ...LISTS.split('/')));
    expect(left.filter((name) => !/^[0-9a-f]{64}\.jsonl$/u.test(name))).toEqual([]);
  });

  // Elsewhere holes take room.
  it.runIf(process.platform !== 'win32')(
    'reads nothing more once it has been stopped: deep in files of gigabytes, and among many',
    async () => {
      const threads: Worker[] = [];
      const onThread = (thread: Worker): void => void threads.push(thread);
      process.on('worker', onThread);
      // Holes cost no room on the disk, and their reading would go on for long after the test.
      await mkdir(join(root, 'HUGE'), { recursive: true });
      for (let file = 0; file < 4; file += 1) {
        await writeFile(join(root, 'HUGE', `${file}.bin`), '');
        await truncate(join(root, 'HUGE', `${file}.bin`), 64 * 2 ** 30);
      }
      try {
        for (const folder of ['HUGE', '0UT.3OX']) {
          threads.length = 0;
          const abort = new AbortController();
          const context = createFakeContext({ root, signal: abort.signal });
          const scanned = fileScannerAgent.handle({ folder, scan_options: {} }, context);
          const ended = expect(scanned).rejects.toMatchObject({ type: 'TimeoutError' });
          // All of them are at work: one that walks, two that read.
          if (folder === 'HUGE') await until('threads', () => threads.length === 3);
          else await until('a thread', () => threads.length > 0);
          abort.abort();
          await ended;
          // A thread that is gone has no id; nothing can be read by it.
          expect(threads.map(({ threadId }) => threadId)).toEqual(threads.map(() => -1));
        }
      } finally {
        process.off('worker', onThread);
        await rm(join(root, 'HUGE'), { recursive: true });
      }
    },
  );

  it('follows links as a small scan does', async () => {
    await mkdir(join(root, 'LINKS'), { recursive: true });
    await symlink('../0UT.3OX', join(root, 'LINKS', 'out'));
    await symlink('../0UT.3OX/d1', join(root, 'LINKS', 'again'));
    const context = createFakeContext({ root });
    const payload = {
      folder: 'LINKS',
      scan_options: { follow_symlinks: true, inline_entries: 10 },
    };
    const output = object(await fileScannerAgent.handle(payload, context));
    const paths = (await entriesOf(output['file_list'])).map((entry) => text(entry['path']));
    expect(paths).toEqual(paths.toSorted(compareBytes));
    // `again` comes first and takes d1 with it; under `out` it is not listed a second time.
    expect(paths).toHaveLength(FILES);
    expect(paths.some((path) => path.startsWith('out/d1/'))).toBe(false);
  });
});

describe('the agents behind a scan, given a list that lies in a file', { timeout: 600_000 }, () => {
  const policy = {
    required_files: ['d0/e-0/f0.txt', 'nowhere.md'],
    required_folders: ['d1', 'empty'],
    forbidden_patterns: ['*1.txt'],
    policy_rules: [{ rule: 'no_duplicates' }, { rule: 'max_files', value: 3 }],
  };

  it('judge as if it had come in the payload', async () => {
    if (FILES > 5_000) return;
    const [inline, large] = [await scan({}), await scan({ inline_entries: 3 })];
    const judged = await Promise.all(
      [inline, large].map((output) =>
        complianceValidatorAgent.handle(
          {
            ...policy,
            file_list: output['file_list'],
            folder_list: output['folder_list'],
          } as JsonObject,
          createFakeContext({ root }),
        ),
      ),
    );
    expect(judged[1]).toEqual(judged[0]);
    expect(object(judged[0])).toMatchObject({ missing_files: ['nowhere.md'], missing_folders: [] });
  });

  it('write totals and a manifest that holds', async () => {
    const output = await scan({ inline_entries: 3 });
    const receipt = await receiptGeneratorAgent.handle(
      {
        output_folder: '0UT.3OX',
        compliance_status: 'PASS',
        generate_manifest: true,
        file_list: output['file_list'] ?? null,
      },
      createFakeContext({ root }),
    );
    expect(object(receipt)['manifest']).toBe('0UT.3OX/FILE.MANIFEST.txt');
    const written = await readFile(join(root, '0UT.3OX', 'VALIDATION.RECEIPT.yaml'), 'utf8');
    expect(written).toContain(`files: ${FILES}`);
    expect(written).toContain(`bytes: ${JSON.stringify(output['total_size'])}`);
    const file = join(root, '0UT.3OX', 'FILE.MANIFEST.txt');
    const verdict = await verifyManifest(file, createFakeContext({ root }).paths);
    expect(verdict).toMatchObject({ ok: true, checked: FILES, extra: [] });
  });

  it('refuse a list that is not the one that was meant', async () => {
    const list = object((await scan({ inline_entries: 3 }))['file_list']);
    const validate = (file_list: JsonObject) =>
      complianceValidatorAgent.handle({ file_list }, createFakeContext({ root }));
    const gone = 'f'.repeat(64);
    const refused = {
      outside: { ...list, $ref: '.3ox/agents.yaml' },
      gone: { ...list, $ref: `.3ox/workflow-data/lists/${gone}.jsonl`, sha256: gone },
      other: { ...list, sha256: gone },
    };
    await expect(validate(refused.outside)).rejects.toMatchObject({ type: 'AgentError' });
    await expect(validate(refused.gone)).rejects.toMatchObject({ type: 'FileSystemError' });
    await expect(validate(refused.other)).rejects.toMatchObject({ type: 'FileSystemError' });
    await appendFile(join(root, text(list['$ref'])), '{"path":"forged"}\n');
    await expect(validate(list)).rejects.toThrow('its sha256 is another one');
  });
});
