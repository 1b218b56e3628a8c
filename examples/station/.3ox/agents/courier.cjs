// Copies a file of the station: an agent that works on the queue's files by itself. Start one, on
// any machine that sees the folder: npm install js-yaml; node .3ox/agents/courier.cjs <station>
const fs = require('node:fs');
const path = require('node:path');
const yaml = require('js-yaml');

const NAME = 'COURIER_AGENT';
const station = path.resolve(process.argv[2] ?? '.');
const inStation = (name) => path.join(station, path.join('/', name)); // however many .. it has
const [tasks, answers, temp] = ['.3ox/task-queue', '.3ox/response-queue', '.3ox/queue/tmp'].map(inStation);

function work({ from, to }) {
  fs.mkdirSync(path.dirname(inStation(to)), { recursive: true });
  fs.copyFileSync(inStation(from), inStation(to));
  return { copied: to, bytes: fs.statSync(inStation(to)).size };
}

function take(file) {
  const { header, payload } = yaml.load(fs.readFileSync(file, 'utf8'));
  if (header.assigned_to !== NAME) return;
  const { workflow_id, task_id, attempt, lease } = header;
  const answer = { header: { workflow_id, task_id, attempt, lease, agent: NAME, status: 'success' }, payload: {} };
  try {
    answer.payload = work(payload);
  } catch (error) {
    answer.header.status = 'failure';
    answer.header.error = { type: 'FileSystemError', message: error.message };
  }
  const name = `response-${workflow_id}-${task_id}.yaml`;
  fs.writeFileSync(path.join(temp, name), yaml.dump(answer));
  fs.renameSync(path.join(temp, name), path.join(answers, name)); // complete from the first moment on
  fs.rmSync(file, { force: true }); // what a killed courier leaves here is done by the next one
}

for (const folder of [tasks, answers, temp]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
setInterval(() => fs.readdirSync(tasks).forEach((name) => {
  try { take(path.join(tasks, name)); } catch (error) { if (error.code !== 'ENOENT') console.error(name, error.message); }
}), 200);
console.log(`${NAME} works in ${station}; Ctrl-C ends it`);
