/** Texts that are right, from which mutants are made: the project's own files where there are some. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame } from '../../src/journal/frame.ts';
import { encodeRecord, NO_HASH } from '../../src/journal/record.ts';

const filesIn = (folder: string, end: string): readonly string[] => {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  if (texts.length === 0) throw new Error(`There is no ${end} in ${folder} to fuzz with`);
  return texts;
};

const WORKSPACE = join('examples', 'station', '.3ox');
const INDEX = join('examples', 'station', '.3ox.index');

export const definitions = [
  ...filesIn('workflows', '.workflow.yaml'),
  ...filesIn(join(INDEX, 'CORE', 'WORKFLOWS'), '.workflow.yaml'),
];
export const caseFiles = filesIn('workflows', '.test.yaml');
export const settings = filesIn(WORKSPACE, 'settings.yaml');
export const registries = filesIn(WORKSPACE, 'agents.yaml');
export const policies = filesIn(join(INDEX, 'POLICY'), '.md');

export const commandLines = [
  '@workflow inventory-validation-v1 target_folder=0UT.3OX strict_mode=yes',
  '@workflow run x a="b c" list=[a, "b c"] o={"k": [1]} n:=5 l+=v --flag --key value',
  '<@123> status failed since=24h workflow=inv*',
  '@workflow approve 7F3K note=“don’t” — \u2014force',
  '@workflow go\n```yaml\na: 1\nb: [x, y]\n```',
];

export const conditions = [
  '${workflow.input.strict_mode} == false and not (retry_count > 5 or a in [1, "b", null])',
  'execution_time > 5m30s',
  '${scan.output.files[0].name} matches "^a+b?$"',
];

export const templates = [
  'Report for ${workflow.input.x ?? scan.output["c d"][0] ?? "none"} and ${self.attempt}',
  '${scan.output.file_list}',
];

const RUN = 'wf-1759800000000-abcdefghi';

export const answers = [
  `header:\n  workflow_id: ${RUN}\n  task_id: scan\n  agent: A\n  status: success\n  attempt: 1\n  lease: abc\npayload:\n  total: 3\n  list: [1, "two", null]\n`,
  `header: {workflow_id: ${RUN}, task_id: scan, agent: A, status: failure, error: {type: E, message: no, retryable: true, retry_after: 5s}}\npayload: {}\n`,
  `header: {status: in_progress, callback_after: 5s}\npayload: null\n`,
];

export const progress = [`percent: 40\nmessage: half\nattempt: 1\nlease: abc\n`];

export const taskFiles = [
  `header:\n  workflow_id: ${RUN}\n  task_id: scan\n  assigned_to: A\n  attempt: 1\n  lease: abc\n  created_at: "2026-01-01T00:00:00.000Z"\n  heartbeat: 500ms\n  read_access: [a]\n  conceal: [x]\npayload:\n  folder: 0UT.3OX\n`,
];

const record = (seq: number): string =>
  encodeFrame(
    encodeRecord(
      {
        seq,
        epoch: 1,
        run: RUN,
        version: seq,
        at: 1_759_800_000_000,
        prev: NO_HASH,
        cause: 'StartRun by "os:ann"',
        events: [
          { type: 'RunPaused', by: { id: 'x', name: 'x', level: null, groups: [] }, note: null },
        ],
      },
      seq - 1,
    ).json,
  ).toString('latin1');

export const journals = [record(1), record(1) + record(2)];

export const inputs = ['{"target_folder": "0UT.3OX", "n": 5}', 'a: 1\nb: [x, {c: d}]\n'];

export const values = ['5', '007', 'yes', 'null', '[a, b]', '{"k": 1}', '1h30m', 'a,b', '1e3'];

export const remoteLines = [
  '{"id":1,"method":"start","params":{"workflow":"w","version":null,"input":{"a":{"type":"text","text":"x"}},"by":{"user":"os:a","name":"a","roles":[],"channel":null,"local":true},"key":null,"origin":null}}',
  `{"id":2,"method":"operate","params":{"command":{"type":"choose","run":"${RUN}","task":null,"option":"A","note":null},"by":{"user":"os:a","name":"a","roles":[],"channel":null,"local":true},"dryRun":false}}`,
  '{"id":3,"method":"list","params":{"status":["FAILED"],"limit":5}}\n{"id":4,"method":"definitions","params":{}}',
];

export const discord = [
  `{"customId":"choose:${RUN}:ask:1:0","ref":{"port":"discord","channel":"123456789012345678","id":"123456789012345679","at":1},"content":"<@123> status"}`,
  '{"customId":"x","ref":{"port":"discord","channel":"ops","message":"u1","user":"1","at":1}}',
];

export const workerLines = [
  '{"type":"result","id":1,"output":{"a":1}}',
  '{"progress":{"percent":50,"message":"half"}}',
  '{"error":{"type":"E","message":"no","retryable":true,"retry_after":"5s"},"output":{}}',
];

export const conductors = [
  JSON.stringify({
    name: 'w',
    version: 1,
    tasks: [
      {
        name: 'a',
        taskReferenceName: 'a_ref',
        type: 'SIMPLE',
        inputParameters: { x: '${workflow.input.y}' },
      },
      {
        name: 's',
        taskReferenceName: 's',
        type: 'SWITCH',
        evaluatorType: 'value-param',
        expression: 'p',
        inputParameters: { p: '${a_ref.output.k}' },
        decisionCases: { A: [] },
        defaultCase: [],
      },
    ],
  }),
];

const SUM = 'a'.repeat(64);
export const receipts = [
  `receipt_id: r\nschema: 1\nrun_id: ${RUN}\nworkflow: {id: w, version: 1, sha256: ${SUM}}\ntype: SUCCESS\nsha256: ${SUM}\n`,
];
