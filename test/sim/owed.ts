/**
 * I1 seen from outside: whatever appears on the disk or in the chat is owed by a record that a power
 * cut at that moment would have left. What the disk surely keeps is read from the segments alone, so
 * an engine that acts first and records later is found at the act, whatever it tells afterwards.
 */
import { basename, join } from 'node:path';
import type { RunEvent } from '../../src/engine/events.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { readTaskFile } from '../../src/agents/file-queue/task-file.ts';
import type { FoundTask } from '../../src/agents/file-queue/task-file.ts';
import type { QueueFolders } from '../../src/agents/file-queue/folders.ts';
import { nonceOf } from '../../src/chat/nonce.ts';
import type { MessageRef } from '../../src/chat/port.ts';
import { readFrames } from '../../src/journal/frame.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { StationLayout } from '../../src/station/layout.ts';
import type { Machine } from '../support/host/machine.ts';
import { hold } from './violation.ts';

export interface Owed {
  /** A name in a folder has changed. */
  changed(folder: string, name: string): void;
  /** A message is about to be posted under `nonce`. */
  posting(nonce: string): void;
  /** It was posted as `ref`, which another message may take the place of. */
  posted(nonce: string, ref: MessageRef): void;
  /** What an attempt was dispatched with, by a record on disk; null when none says so. */
  input(run: string, task: string, attempt: number): JsonObject | null;
  /** Appearances that were checked. */
  readonly seen: number;
}

export const createOwed = (
  machine: Machine,
  layout: Pick<StationLayout, 'workspace' | 'root'>,
  folders: QueueFolders,
): Owed => {
  const journal = join(layout.workspace, 'journal');
  const read = new Map<string, number>();
  const segments = new Set<string>();
  /** Leases, files and ended runs that records on disk name. */
  const known = new Set<string>();
  const inputs = new Map<string, JsonObject>();
  /** The id of each run's receipt. */
  const receipts = new Map<string, string>();
  /** Run and key of every message that is owed, by nonce. */
  const messages = new Map<string, readonly [run: string, key: string]>();
  let seen = 0;

  const owe = (run: string, key: string): void => void messages.set(nonceOf(run, key), [run, key]);

  const take = (run: string, event: RunEvent, generation: number): void => {
    const suffix = generation > 1 ? `:${generation}` : '';
    switch (event.type) {
      case 'RunStarted':
        for (const key of ['card', 'board']) owe(run, key);
        return;
      case 'TaskDispatched':
        known.add(event.lease).add(`${run} ${event.agent ?? ''}`);
        inputs.set(`${run} ${event.task} ${event.attempt}`, event.input);
        return;
      case 'TaskDeferred':
        known.add(event.lease);
        return;
      case 'ApprovalRequested':
        owe(run, `approval:${event.task}:${event.attempt}`);
        for (let count = 1; count <= MOST_REMINDERS; count += 1) {
          owe(run, `reminder:${event.task}:${event.attempt}:${count}`);
        }
        return;
      case 'AlertRaised':
        return owe(run, `alert:${event.key}`);
      case 'FileRequested':
        known.add(join(layout.root, event.path));
        return;
      case 'RunEnded':
        known.add(`${run} has ended`);
        for (const key of ['final', 'notice']) owe(run, `${key}${suffix}`);
        return;
      default:
    }
  };

  const generations = new Map<string, number>();
  const learn = (): void => {
    for (const path of machine.disk.below(journal)) {
      if (!basename(path).startsWith('segment-')) continue;
      const bytes = machine.disk.durable(path);
      if (bytes === null) continue;
      const from = read.get(path) ?? 0;
      for (const frame of readFrames(bytes, from <= bytes.length ? from : 0)) {
        if (!frame.ok) break;
        read.set(path, frame.end);
        const record: { run: string; events: unknown[] } = JSON.parse(frame.json);
        for (const event of record.events.map(parseRunEvent)) {
          if (event.type === 'GenerationStarted') generations.set(record.run, event.generation);
          take(record.run, event, generations.get(record.run) ?? 1);
        }
      }
    }
  };

  /** What `isOwed` asks for is on disk, now that everything there has been read. */
  const check = (isOwed: () => boolean, what: string): void => {
    seen += 1;
    if (!isOwed()) learn();
    hold(isOwed(), `I1: ${what}, and no record on disk owes it`);
  };

  const appeared = (path: string, what: string, isOwed: () => boolean): void => {
    if (machine.disk.stat(path) !== null) check(isOwed, `${what} ${path} appeared`);
  };

  return {
    changed(folder, name) {
      const path = join(folder, name);
      if (name.startsWith('.')) return;
      if (folder === journal && name.startsWith('segment-') && !segments.has(name)) {
        // What came before it is whole now, and may be compacted before anybody asks.
        segments.add(name);
        learn();
      }
      if (folder === folders.pairs.queue.tasks && name.startsWith('task-')) {
        const lease = taskIn(machine.disk.read(path))?.lease ?? '';
        if (lease !== '') check(() => known.has(lease), `the task file ${name} appeared`);
      } else if (folder === join(layout.root, 'out')) {
        appeared(path, 'an output', () => known.has(path));
      } else if (folder === join(layout.workspace, 'incidents')) {
        const run = /^INCIDENT\.(.+)\.md$/u.exec(name)?.[1] ?? '';
        appeared(path, 'an incident', () => known.has(`${run} has ended`));
      } else if (folder === join(layout.workspace, 'archive', 'receipts')) {
        const run = name.replace(/\.yaml$/u, '');
        const id = /^receipt_id: (\S+)$/mu.exec(
          machine.disk.read(path)?.toString('utf8') ?? '',
        )?.[1];
        if (id !== undefined) {
          hold(
            (receipts.get(run) ?? id) === id,
            `I3: ${run} has the receipts ${receipts.get(run)} and ${id}`,
          );
          receipts.set(run, id);
        }
        appeared(path, 'a receipt', () => known.has(`${run} RECEIPT_GENERATOR_AGENT`));
      }
    },
    posting(nonce) {
      // An answer to what a person wrote is owed to the person.
      if (nonce.startsWith('r')) return;
      check(() => messages.has(nonce), `a message with the nonce ${nonce} is posted`);
    },
    posted(nonce, { port, channel, id }) {
      const message = messages.get(nonce);
      if (message === undefined) return;
      const [run, key] = message;
      // A board is its channel's, whichever run it was put up for.
      const owner = key === 'board' ? `${port}/${channel}` : run;
      messages.set(nonceOf(owner, key, id), message);
    },
    input(run, task, attempt) {
      const key = `${run} ${task} ${attempt}`;
      if (!inputs.has(key)) learn();
      return inputs.get(key) ?? null;
    },
    get seen() {
      return seen;
    },
  };
};

/** A file that is still being written, or that a power cut tore, is no task. */
const taskIn = (bytes: Buffer | null): FoundTask | null => {
  try {
    return bytes === null ? null : readTaskFile(bytes, bytes.length);
  } catch {
    return null;
  }
};

const MOST_REMINDERS = 6;
