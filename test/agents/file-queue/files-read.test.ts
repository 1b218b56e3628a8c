/** Reading what strangers write: names, task files, answers, payload references. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAnswerFile, writeAnswerFile } from '../../../src/agents/file-queue/answer-file.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { hostWithClock } from '../../support/host/host-with-clock.ts';
import { createQueueFiles } from '../../../src/agents/file-queue/files.ts';
import {
  createInboxName,
  createUniqueNames,
  fileName,
  readFileName,
  readInboxName,
} from '../../../src/agents/file-queue/names.ts';
import { createPayloadStore } from '../../../src/agents/file-queue/payload-store.ts';
import type { PayloadStore } from '../../../src/agents/file-queue/payload-store.ts';
import { readTaskFile, writeTaskFile } from '../../../src/agents/file-queue/task-file.ts';
import { readYaml, UnreadableError } from '../../../src/agents/file-queue/yaml.ts';
import type { AttemptLog } from '../../../src/engine/answers.ts';
import type { Json } from '../../../src/lib/json.ts';
import { aTask } from '../../support/queue-engine.ts';
import { createQueueStation } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

const RUN = 'wf-1759800000000-abc123xyz';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('names', () => {
  it.each(['scan', 'scan.3', 'a', 'A-b_c.d', '0'])('read back: %s', (task) => {
    expect(readFileName('task', fileName('task', { run: RUN, task }))).toEqual({
      type: 'named',
      key: { run: RUN, task },
    });
  });

  it.each([
    `response-${RUN}-...yaml`,
    `response-${RUN}-..yaml`,
    `response-${RUN}-.hidden.yaml`,
    `response-${RUN}-a:b.yaml`,
    `response-${RUN}-a\u0000b.yaml`,
    `response-${RUN}-a\\..\\b.yaml`,
    `response-${RUN}-${'x'.repeat(65)}.yaml`,
    `response-wf-1-2-scan.yaml`,
    `response-.yaml`,
    `response-${RUN}.yaml`,
    `response-${RUN}-scan..yaml`,
  ])('refuse %j', (name) => {
    expect(readFileName('response', name).type).toBe('bad');
  });

  it.each(['notes.txt', `.response-${RUN}-scan.yaml`, `response-${RUN}-scan.yaml.tmp`, 'x.yaml'])(
    'leave %j alone',
    (name) => {
      expect(readFileName('response', name).type).toBe('other');
    },
  );

  it('of the inbox carry run, task and attempt, and sort by time', async () => {
    const name = { run: RUN, task: 'scan.3', attempt: 7 };
    const clock = createManualClock(5);
    const unique = createUniqueNames(hostWithClock(clock));
    const first = createInboxName(name, unique);
    await clock.advance(1);
    const second = createInboxName(name, unique);
    expect(readInboxName(first)).toEqual({ ...name, at: 5 });
    expect(first < second).toBe(true);
    expect(first).toMatch(/^[A-Za-z0-9._~-]+$/);
    for (const odd of ['', 'a~b~c~d', `${RUN}~scan~x~y`, `${RUN}~..~1~y`, `${first}~more`]) {
      expect(readInboxName(odd)).toBeNull();
    }
  });
});

describe('task files', () => {
  const task = aTask({
    run: RUN,
    task: 'scan.3',
    definitionTask: 'scan',
    createdAt: Date.UTC(2025, 9, 7, 12),
    deadline: Date.UTC(2025, 9, 7, 12, 1),
    heartbeat: 1_500,
    readAccess: ['0UT.3OX'],
    previousFailure: 'PolicyError: no',
  });

  it('have the header, payload and routing of the protocol', () => {
    const document = load(writeTaskFile(task, task.payload, '.3ox/response-queue/'));
    expect(document).toMatchObject({
      header: {
        sirius_time: '⧗-25.61',
        workflow_id: RUN,
        task_id: 'scan.3',
        task: 'scan',
        task_name: 'Scan files',
        agent_level: 'L1',
        assigned_to: 'TEST_AGENT',
        timeout: '60s',
        requires_response: true,
        schema: 1,
        attempt: 1,
        lease: task.lease,
        created_at: '2025-10-07T12:00:00.000Z',
        deadline: '2025-10-07T12:01:00.000Z',
        workflow: 'inventory-validation-v1',
        previous_failure: 'PolicyError: no',
      },
      payload: { folder: '0UT.3OX' },
      routing: { urgency: 'normal', reply_to: '.3ox/response-queue/' },
    });
  });

  it("have a timeout that the guide's parser reads as it was meant", () => {
    for (const [ms, seconds] of [
      [1_500, 2],
      [60_000, 60],
      [3_600_000, 3_600],
    ] as const) {
      const text = writeTaskFile({ ...task, timeout: ms }, {}, '');
      const [, amount, unit] = /timeout: '?(\d+)([smh])'?$/m.exec(text) ?? [];
      expect([Number(amount), unit]).toEqual([seconds, 's']);
    }
  });

  it('read back', () => {
    const found = readTaskFile(bytes(writeTaskFile(task, task.payload, '')), 10_000);
    expect(found).toMatchObject({
      run: RUN,
      task: 'scan.3',
      definitionTask: 'scan',
      attempt: 1,
      lease: task.lease,
      heartbeat: 1_500,
      deadline: task.deadline,
      readAccess: ['0UT.3OX'],
      writeAccess: null,
      payload: task.payload,
    });
  });

  it("of the guide's own engine read too", () => {
    const header = { workflow_id: RUN, task_id: 'scan', assigned_to: 'A', timeout: '5m' };
    expect(readTaskFile(bytes(dump({ header, payload: { a: 1 } })), 10_000)).toMatchObject({
      attempt: 1,
      lease: '',
      deadline: null,
      payload: { a: 1 },
    });
  });
});

describe('answers', () => {
  const answer = (header: string, rest: string): string => `header:\n${header}\n${rest}`;
  const read = (text: string) => readAnswerFile(bytes(text), 100_000);

  it("written as the guide's agent does are answers without lease and attempt", () => {
    const header = {
      sirius_time: '⧗-0.61',
      workflow_id: RUN,
      task_id: 'scan',
      agent: 'A',
      status: 'success',
    };
    expect(read(dump({ header, payload: { file_list: ['a'] } }))).toMatchObject({
      run: RUN,
      task: 'scan',
      agent: 'A',
      attempt: null,
      lease: null,
      result: { type: 'success', output: { file_list: ['a'] } },
    });
  });

  it('of our own agents come back as they were', () => {
    const json = fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, fc.string(), fc.option(fc.boolean()), (output, message, retryable) => {
        const error = { type: 'X', message: message || 'm', retryable, retryAfter: 1_500 };
        const result = { type: 'failure', error, output } as const;
        const log: AttemptLog = { lines: [{ level: 'error', message, at: 1_500 }], dropped: 2 };
        const said = { run: RUN, task: 'scan', attempt: 2, lease: 'l', agent: 'A', result, log };
        const back = read(writeAnswerFile({ ...said, payload: output }, 0));
        expect(back).toMatchObject({ run: RUN, attempt: 2, lease: 'l', agent: 'A' });
        expect(back.result).toEqual(result);
        expect(back.log).toEqual(log);
      }),
    );
  });

  it('may say what their agent said, in as many words as it likes', () => {
    const log = [
      'plain',
      { message: 'no level', at: 'yesterday' },
      { level: 'warning', message: 'w', at: '2026-11-23T09:00:00.000Z' },
      { level: 'error' },
      7,
      null,
    ];
    const header = `  status: success\n  log: ${JSON.stringify(log)}\n  log_dropped: -1`;
    expect(read(answer(header, 'payload: {}')).log).toEqual({
      lines: [
        { level: 'info', message: 'plain', at: null },
        { level: 'info', message: 'no level', at: null },
        { level: 'warn', message: 'w', at: Date.UTC(2026, 10, 23, 9) },
      ],
      dropped: 0,
    });
    expect(read(answer('  status: success', 'payload: {}')).log).toBeNull();
    expect(read(answer('  status: success\n  log: much', 'payload: {}')).log).toBeNull();
  });

  it('take a failure without details for an AgentError', () => {
    expect(read(answer('  status: failure', 'payload: {}')).result).toMatchObject({
      error: { type: 'AgentError', retryable: null, retryAfter: null },
    });
    expect(
      read(answer('  status: failure\n  error: it broke', 'payload: {}')).result,
    ).toMatchObject({
      error: { type: 'AgentError', message: 'it broke' },
    });
  });

  it('read a deferral, and work in progress without one as a sign of life', () => {
    expect(read(answer('  status: in_progress\n  callback_after: 5s', '')).result).toEqual({
      type: 'deferred',
      after: 5_000,
    });
    expect(read(answer('  status: in_progress', 'payload: {}')).result).toEqual({
      type: 'working',
    });
  });

  it.each([
    ['nothing', ''],
    ['no header', 'payload: 1'],
    ['a list', '- 1'],
    ['no status', answer('  agent: A', 'payload: {}')],
    ['an unknown status', answer('  status: done', 'payload: {}')],
    ['no payload', answer('  status: success', '')],
    ['a failure without payload', answer('  status: failure', '')],
    ['a custom tag', answer('  status: success', 'payload: !!js/function "() => 1"')],
    ['two documents', answer('  status: success', 'payload: 1\n---\na: 1\n')],
    ['a double key', answer('  status: success\n  status: failure', 'payload: {}')],
    ['a number JSON lacks', answer('  status: success', 'payload: .nan')],
    ['a text cut in two', answer('  status: success', 'payload: "half')],
    ['deep nesting', answer('  status: success', `payload: ${'['.repeat(500)}${']'.repeat(500)}`)],
    ['a duration that is none', answer('  status: in_progress\n  callback_after: soon', '')],
  ])('refuse %s', (_what, text) => {
    expect(() => read(text)).toThrow(UnreadableError);
  });

  it('refuse aliases that unfold without end, and allow harmless ones', () => {
    let bomb = 'a0: &a0 [x,x,x,x,x,x,x,x,x]\n';
    for (let level = 1; level < 12; level += 1) {
      bomb += `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(',')}]\n`;
    }
    expect(() => readYaml(bytes(bomb), 100_000)).toThrow(UnreadableError);
    expect(() => readYaml(bytes('a: &a [*a]'), 1_000)).toThrow(UnreadableError);
    expect(readYaml(bytes('a: &a [1]\nb: *a'), 1_000)).toEqual({ a: [1], b: [1] });
  });

  it('refuse half a letter, and read UTF-16 with its mark', () => {
    const umlaut = Buffer.from('a: ä');
    expect(() => readYaml(umlaut.subarray(0, -1), 100)).toThrow(UnreadableError);
    expect(readYaml(Buffer.from('\ufeffa: ä', 'utf16le'), 100)).toEqual({ a: 'ä' });
  });

  it('never throw anything else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string().map(bytes)), (input) => {
        try {
          readAnswerFile(input, 1_000);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableError);
        }
      }),
    );
  });
});

describe('payloads', () => {
  let station: QueueStation;
  let store: PayloadStore;
  beforeEach(async () => {
    station = await createQueueStation();
    const files = createQueueFiles(station.folders.temp);
    store = createPayloadStore(station.folders, files, { inline: 1_000, answer: 100_000 });
  });
  afterEach(() => station.dispose());

  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const data = (name: string): string => join(station.station, '.3ox', 'workflow-data', name);
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(data(''), { recursive: true });
    await writeFile(data(name), text);
  };

  it('travel as they are when small, by reference when large', async () => {
    expect(await store.shrink({ a: 1 })).toEqual({ a: 1 });
    const large = { text: 'ä'.repeat(2_000) };
    const reference = await store.shrink(large);
    expect(reference).toEqual({
      $ref: expect.stringMatching(/^\.3ox\/workflow-data\/payloads\/[0-9a-f]{64}\.json$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: Buffer.byteLength(JSON.stringify(large)),
    });
    expect(await store.expand(reference)).toEqual(large);
    expect(await store.shrink(large)).toEqual(reference);
    expect(await readdir(data('payloads'))).toHaveLength(1);
  });

  it('are followed to YAML too', async () => {
    await put('out.yaml', 'a: [1, 2]\n');
    const reference = { $ref: '.3ox/workflow-data/out.yaml', sha256: sha('a: [1, 2]\n') };
    expect(await store.expand(reference)).toEqual({ a: [1, 2] });
  });

  it('are not followed out of the folder, to other bytes, or to too many', async () => {
    await put('ok.json', '{}');
    await put('large.json', `"${'x'.repeat(200_000)}"`);
    await writeFile(join(station.station, 'secret.json'), '{"secret":1}');
    await symlink(join(station.station, 'secret.json'), data('link.json'));
    const secret = sha('{"secret":1}');
    const attempts: readonly [string, string, RegExp][] = [
      ['.3ox/workflow-data/../../secret.json', secret, /not inside/],
      ['secret.json', secret, /not inside/],
      ['.3ox/workflow-data/link.json', secret, /not inside/],
      ['.3ox/workflow-data/none.json', secret, /no such file/],
      ['.3ox/workflow-data', secret, /not inside/],
      ['.3ox/workflow-data/ok.json', secret, /sha256/],
      ['.3ox/workflow-data/large.json', secret, /too large/],
      ['/etc/passwd', secret, /no such file|not inside/],
      ['.3ox/workflow-data/\u0000', secret, /no such file/],
    ];
    for (const [path, sha256, message] of attempts) {
      await expect(store.expand({ $ref: path, sha256 })).rejects.toThrow(message);
      await expect(store.expand({ $ref: path, sha256 })).rejects.toThrow(UnreadableError);
    }
  });

  it('that only look like a reference are payloads', async () => {
    expect(await store.expand({ $ref: 'x' })).toEqual({ $ref: 'x' });
  });
});
