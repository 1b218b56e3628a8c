/** The built program with a secret: what an agent was given is nowhere in the station afterwards. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStation, type Station } from './program.ts';
import * as schemas from './schemas.ts';

const GIVEN = 'canary-of-the-input';
const NAMED = 'canary-of-the-station';

let station: Station;
beforeEach(async () => {
  station = await createStation();
  await writeFile(
    join(station.root, '.3ox.index', 'CORE', 'WORKFLOWS', 'login.workflow.yaml'),
    DEFINITION,
  );
  await writeFile(join(station.root, '.3ox', 'agents.yaml'), AGENTS);
  await writeFile(join(station.root, 'parrot.mjs'), PARROT);
});
afterEach(() => station.remove());

const DEFINITION = `workflow:
  id: login
  name: Log in
  version: 1
  input: { required: [{ token: { type: string, secret: true } }] }
  output: [said]
  tasks:
    - id: parrot
      assigned_to: PARROT_AGENT
      input: { token: "\${workflow.input.token}", key: "key \${secret.API_KEY}" }
      output: [said]
      output_to: 0UT.3OX/said.yaml
    - { id: fails, assigned_to: PARROT_AGENT, depends_on: parrot, input: { fail: "\${secret.API_KEY}" } }
`;

const AGENTS = `agents:
  PARROT_AGENT: { kind: command, command: [node, parrot.mjs] }
`;

/** Says what it was given wherever it can. */
const PARROT = `let text = '';
for await (const chunk of process.stdin) text += chunk;
const payload = JSON.parse(text);
console.error(text);
console.error(JSON.stringify({ progress: { percent: 50, message: text } }));
if (payload.fail !== undefined) { console.log(text); process.exit(3); }
console.log(JSON.stringify({ said: payload }));
`;

it(
  'a secret is in no file, no output and no log of the station',
  { timeout: 120_000 },
  async () => {
    const refused = await station.workflow('start', 'login', `token=${GIVEN}`, '--json');
    expect([refused.code, refused.json()]).toEqual([
      4,
      expect.objectContaining({ error: expect.objectContaining({ code: 'SECRET_MISSING' }) }),
    ]);

    const secrets = join(station.root, '.3ox', 'secrets.yaml');
    await writeFile(secrets, `API_KEY: ${NAMED}\n`, { mode: 0o600 });
    const started = await station.workflow('start', 'login', `token=${GIVEN}`, '--json');
    const run = schemas.run.parse(started.json());
    expect(run).toMatchObject({ status: 'FAILED', input: { token: '••••••' } });
    expect(JSON.stringify(run.tasks)).toContain('exit code 3');
    const more = await Promise.all([
      station.workflow('status', run.run),
      station.workflow('logs', run.run, '--jsonl'),
    ]);

    const said = [started, ...more].map(({ stdout, stderr }) => `${stdout}${stderr}`).join('\n');
    expect(said).not.toMatch(/canary|secret:/u);
    const files = await filesBelow(station.root);
    expect(files.length).toBeGreaterThan(10);
    const holding: string[] = [];
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      if (/canary/u.test(text) && file !== secrets) holding.push(file);
    }
    // The run is not archived yet: its own value is kept for a retry, for nobody else to read.
    expect(holding).toHaveLength(1);
    const [kept = ''] = holding;
    expect(kept).toContain(join('.3ox', 'secrets'));
    expect(await readFile(join(station.root, '0UT.3OX', 'said.yaml'), 'utf8')).toContain('••••••');
    if (process.platform !== 'win32') {
      expect((await stat(kept)).mode & 0o777).toBe(0o600);
      expect((await stat(join(kept, '..'))).mode & 0o777).toBe(0o700);
    }
  },
);

const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
};
