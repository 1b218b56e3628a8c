/** What must be true when everything has ended: what was told, once each, and what lies on the disk. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { readReceipt } from '../../src/agents/receipt/read-receipt.ts';
import { parseMessageRef, parseOrigin } from '../../src/chat/message-ref.ts';
import { nonceOf } from '../../src/chat/nonce.ts';
import { viewOf } from '../../src/engine/view.ts';
import { isJsonObject } from '../../src/lib/json.ts';
import { hold } from './violation.ts';
import { ROOT, SECRET } from './world.ts';
import type { World } from './world.ts';

/** @throws Violation */
export const checkOutcome = (world: World): void => {
  const { ledger, chat, machine, layout, folders } = world;
  const { messages } = chat.port;
  const count = (run: string, key: string): number =>
    messages.filter(({ nonce }) => nonce === nonceOf(run, key)).length;
  for (const [run, { state, version }] of ledger.runs) {
    const view = viewOf(state, { version });
    if (view.failure_of !== null || view.parent !== null) continue;
    hold(count(run, 'card') < 2, `${run} has ${count(run, 'card')} cards`);
    const suffix = view.generation > 1 ? `:${view.generation}` : '';
    const finals = count(run, `final${suffix}`);
    // Nobody in the chat asked for what the clock started.
    const asked = parseOrigin(view.origin) === null ? 0 : 1;
    hold(finals === asked, `${run} has ${finals} final messages`);
    if (view.status !== 'FAILED' && view.status !== 'TIMED_OUT') continue;
    // Failures of one cause share a notice.
    const notice = parseMessageRef(view.messages[`notice${suffix}`]);
    hold(
      messages.some(({ ref }) => ref.id === notice?.id),
      `${run} failed and nobody was told`,
    );
    hold(count(run, `notice${suffix}`) < 2, `${run} has several notices`);
  }

  const { disk } = machine;
  const shown: unknown = load(disk.read(layout.stateFile)?.toString('utf8') ?? '');
  hold(isJsonObject(shown), 'the state file is no mapping');
  // Empty files made ahead of need are the engine's stock, and few; drafts there are none.
  const inTemp = disk.list(folders.temp);
  const drafts = inTemp.filter((name) => !name.startsWith('spare.'));
  hold(drafts.length === 0, `left in tmp: ${drafts.join(' ')}`);
  hold(inTemp.length <= 100, `${inTemp.length} spare files in tmp`);
  for (const path of disk.below(join(layout.workspace, 'archive', 'receipts'))) {
    const read = readReceipt(disk.read(path) ?? Buffer.alloc(0));
    hold('receipt' in read, `${path} is no receipt: ${'problem' in read ? read.problem : ''}`);
    if (!('receipt' in read)) continue;
    const { run_id: run, audit } = read.receipt;
    hold(path.endsWith(`${run}.yaml`), `${path} is the receipt of ${run}`);
    hold(ledger.runs.has(run), `${path} is the receipt of a run nobody was told of`);
    hold(
      audit.events <= (ledger.runs.get(run)?.events.length ?? 0),
      `${path} speaks of ${audit.events} events`,
    );
  }
  checkLog(world);
  for (const { events } of ledger.runs.values()) {
    const written = new Set(
      events.flatMap(({ event }) => (event.type === 'EffectRecorded' && event.ok ? event.key : [])),
    );
    const requested = events.flatMap(({ event }) =>
      event.type === 'FileRequested' ? [event] : [],
    );
    // One that failed may have got as far as its file's name.
    for (const { path } of requested.filter(({ key }) => written.has(key))) {
      const text = disk.read(join(ROOT, path))?.toString('utf8') ?? '';
      const contents = requested.filter((one) => one.path === path).map(({ content }) => content);
      hold(
        contents.some((content) => isDeepStrictEqual(load(text), content)),
        `${path} was recorded as written and holds something else: ${text.slice(0, 100)}`,
      );
    }
  }
  // Every task is over, so nothing may hold the secret any more.
  for (const path of disk.below(ROOT)) {
    hold(disk.read(path)?.includes(SECRET) !== true, `the secret lies in ${path}`);
  }
  hold(!JSON.stringify(messages).includes(SECRET), 'the secret was told in the chat');
};

/** The execution log has a line for each event, once and in order; a power cut may take its end. */
const checkLog = ({ machine, layout, ledger, counts }: World): void => {
  const files = [layout.executionLog];
  while (machine.disk.read(`${layout.executionLog}.${files.length}`) !== null) {
    files.unshift(`${layout.executionLog}.${files.length}`);
  }
  const text = files.map((file) => machine.disk.read(file)?.toString('utf8') ?? '').join('');
  const places = [...text.matchAll(/^\S+ \S+ #(\d+)\.(\d+) /gmu)].map(
    ([, seq, index]) => [Number(seq), Number(index)] as const,
  );
  places.forEach(([seq, index], at) => {
    const [before, last] = places[at - 1] ?? [0, 0];
    const follows = seq > before || (seq === before && index > last);
    hold(follows, `#${seq}.${index} follows #${before}.${last} in the execution log`);
  });
  if (counts.cuts > 0 || counts.faults > 0) return;
  const events = [...ledger.runs.values()].reduce((sum, run) => sum + run.events.length, 0);
  hold(
    places.length === events,
    `${events} events have ${places.length} lines in the execution log`,
  );
};

/** Hash of everything that came of it: journal, archive, chat. */
export const traceOf = ({ machine, layout, chat, counts }: World): string => {
  const trace = createHash('sha256');
  for (const folder of ['journal', 'archive']) {
    for (const path of machine.disk.below(join(layout.workspace, folder))) {
      trace.update(path).update(machine.disk.read(path) ?? '');
    }
  }
  trace.update(JSON.stringify(chat.port.messages)).update(String(counts.steps));
  return trace.digest('hex');
};
