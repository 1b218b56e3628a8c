/** What a program writes to stderr reaches the chat, the run, its logs and the audit trail. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { eventLines } from '../../src/chat/event-line.ts';
import { converse, copyStation } from '../support/bridge-process.ts';
import { expectJournal } from '../support/station-proof.ts';

let station: ReturnType<typeof copyStation>;
beforeEach(() => {
  station = copyStation();
});
afterEach(() => station.remove());

const AGENT = `
  NOISY_AGENT:
    kind: command
    command: [sh, .3ox/agents/noisy.sh]
`;

const SCRIPT = `cat > /dev/null
echo '{"type": "log", "level": "warn", "message": "the disk is nearly full"}' >&2
number=0
while [ $number -lt 200 ]; do
  number=$((number + 1))
  echo "copied file $number" >&2
done
[ "$WORKFLOW_ATTEMPT" = 1 ] || { echo '{"copied": 200}'; exit 0; }
echo 'no space left on device' >&2
exit 3
`;

const WORKFLOW = `workflow:
  id: noisy
  name: Copy noisily
  version: 1
  tasks:
    - id: copy
      assigned_to: NOISY_AGENT
      timeout: 60s
      retry_policy: { max_attempts: 1 }
`;

it('a program’s warnings are in the notice, on the attempt, in the logs and in the audit trail', async () => {
  appendFileSync(join(station.root, '.3ox', 'agents.yaml'), AGENT);
  writeFileSync(join(station.root, '.3ox', 'agents', 'noisy.sh'), SCRIPT);
  const folder = join(station.root, '.3ox.index', 'CORE', 'WORKFLOWS');
  writeFileSync(join(folder, 'noisy.workflow.yaml'), WORKFLOW);
  writeFileSync(
    join(folder, 'noisy-twice.workflow.yaml'),
    WORKFLOW.replace('id: noisy', 'id: noisy-twice').replace(
      'max_attempts: 1',
      'max_attempts: 2, initial_delay: 10ms',
    ),
  );
  const { code, output } = await converse(station.root, [
    '@workflow noisy',
    '@workflow noisy-twice',
  ]);
  expect(code, output).toBe(1);
  // In the notice of the failure, and on the card of the run that passed.
  expect(output).toMatch(/Last log lines[^]*copy warn: the disk is nearly full/);
  expect(output).toMatch(/copy info: no space left on device/);
  expect(output).toMatch(/! the disk is nearly full/);

  const engine = openOfflineEngine(station.root);
  const runs = await engine.list({});
  const view = async (workflow: string) => {
    const id = runs.find((line) => line.workflow === workflow)?.run ?? '';
    return (await engine.view(id)) ?? expect.fail(`${workflow} is not there`);
  };
  const [failed] = (await view('noisy')).tasks[0]?.attempts ?? [];
  expect(failed?.log?.lines[0]).toMatchObject({
    level: 'warn',
    message: 'the disk is nearly full',
    at: expect.stringMatching(/Z$/),
  });
  expect(failed?.log?.lines.at(-1)?.message).toBe('no space left on device');
  expect((failed?.log?.lines.length ?? 0) + (failed?.log?.dropped ?? 0)).toBe(202);

  // Every attempt has its own, and the journal keeps more of it than the view.
  const passed = await view('noisy-twice');
  expect(passed.status).toBe('COMPLETED');
  expect(passed.tasks[0]?.attempts.map(({ log }) => log?.lines.at(-1)?.message)).toEqual([
    'no space left on device',
    'copied file 200',
  ]);
  const lines = (await engine.events(passed.run)).flatMap((event) => eventLines(event));
  expect(lines.filter((line) => line.endsWith(' copy info: copied file 199'))).toHaveLength(2);
  expect(lines.filter((line) => / copy info: /.test(line)).length).toBeGreaterThan(80);

  const audit = readFileSync(join(station.root, '.3ox', 'workflow.execution.log'), 'utf8');
  const logged = audit.split('\n').filter((line) => line.includes(' TaskLogged copy #'));
  expect(logged).toHaveLength(3);
  for (const line of logged) expect(line).toContain('[warn] the disk is nearly full');
  await expectJournal(station.root);
}, 120_000);
