/**
 * Claims: task files that an agent renamed into `.3ox/queue/claimed/<agent>/`.
 *
 * Owns what is seen of them from outside: who holds a task, and for tasks with a heartbeat when
 * the last sign of life was. A touch of the claimed file or a progress report is such a sign.
 */
import { join } from 'node:path';
import { isName } from '../../engine/ids.ts';
import type { QueueContext } from './context.ts';
import { fileName, keyText, readFileName } from './names.ts';
import type { TaskKey } from './names.ts';
import type { Offers } from './offers.ts';
import { readTaskFile } from './task-file.ts';

/** The claims of one queue. */
export interface Claims {
  /** Names of agent folders that exist. */
  agents(): readonly string[];
  /** Looks at one file of an agent's folder. */
  look(agent: string, name: string): Promise<void>;
  /** Looks at all of an agent's folder, and for what is gone from it. */
  scan(agent: string): Promise<void>;
  lease(key: TaskKey): string | null;
  /** A sign of life other than a touch. */
  renew(key: TaskKey): void;
  /** Removes the task's claim; `agent` is who would have it if nobody saw it yet. */
  clear(key: TaskKey, agent: string | null): Promise<void>;
  stop(): void;
}

interface Claim {
  readonly key: TaskKey;
  readonly agent: string;
  readonly path: string;
  readonly lease: string;
  readonly attempt: number;
  readonly heartbeat: number | null;
  /** Last sign of life, ms since the epoch. */
  sign: number;
  /** The file's time as it was last seen: another one is a sign of life, whatever clock set it. */
  touched: number;
  there: boolean;
  cancel: () => void;
}

/** Creates the view of the claimed folders. */
export const createClaims = (
  context: QueueContext,
  written: Offers['written'],
  gone: (key: TaskKey) => void,
): Claims => {
  const { clock, files, folders } = context;
  const claims = new Map<string, Claim>();

  const add = async (
    key: TaskKey,
    agent: string,
    path: string,
    modified: number,
  ): Promise<void> => {
    const task = written(key) ?? (await readClaim(context, path));
    if (task === null) return;
    const { lease, attempt, heartbeat } = task;
    const sign = clock.now();
    const cancel = (): void => undefined;
    const claim: Claim = {
      key,
      agent,
      path,
      lease,
      attempt,
      heartbeat,
      sign,
      touched: modified,
      there: true,
      cancel,
    };
    claims.set(keyText(key), claim);
    gone(key);
    watchLease(claim);
    clock.after(NOTICE, () => void context.lanes.run(keyText(key), () => tell(claim)));
  };

  /** An answer that came meanwhile says it all, without a record of its own for the claim. */
  const tell = async (claim: Claim): Promise<void> => {
    const { key, lease, attempt, agent } = claim;
    if (claims.get(keyText(key)) !== claim || !claim.there) return;
    const listener = context.listener();
    if (listener.openAttempt(key.run, key.task)?.lease !== lease) return;
    await listener.claimed(key.run, key.task, attempt, agent);
  };

  const drop = (claim: Claim): void => {
    claim.cancel();
    if (claims.get(keyText(claim.key)) === claim) claims.delete(keyText(claim.key));
  };

  const watchLease = (claim: Claim): void => {
    const { heartbeat, key } = claim;
    if (heartbeat === null) return;
    claim.cancel();
    claim.cancel = clock.after(Math.max(1, claim.sign + heartbeat - clock.now()), () => {
      void context.lanes.run(keyText(key), () => checkLease(claim, heartbeat));
    });
  };

  const checkLease = async (claim: Claim, heartbeat: number): Promise<void> => {
    const { key } = claim;
    if (claims.get(keyText(key)) !== claim) return;
    const now = clock.now();
    const touched = files.stat(claim.path)?.modified ?? claim.touched;
    // Its own time counts while it makes sense: the holder's clock, or ours, may have been set.
    const age = now - touched;
    if (touched !== claim.touched) claim.sign = age >= 0 && age < heartbeat ? touched : now;
    claim.touched = touched;
    if (now - claim.sign < heartbeat) {
      watchLease(claim);
      return;
    }
    drop(claim);
    const listener = context.listener();
    if (listener.openAttempt(key.run, key.task)?.lease !== claim.lease) return;
    await listener.leaseExpired(key.run, key.task, claim.attempt);
  };

  /** The claim is no longer in its folder: answered, handed back, or removed by someone. */
  const vanished = (claim: Claim): void => {
    claim.there = false;
    const name = fileName('task', claim.key);
    const back = context.pairs.some((pair) => files.stat(join(pair.tasks, name)) !== null);
    if (claim.heartbeat === null || back) drop(claim);
  };

  const look = (agent: string, name: string): Promise<void> => {
    const read = readFileName('task', name);
    if (read.type !== 'named' || !isName(agent)) return Promise.resolve();
    const { key } = read;
    return context.lanes.run(keyText(key), async () => {
      const path = join(folders.claimed, agent, name);
      const facts = files.stat(path);
      const known = claims.get(keyText(key));
      if (facts === null) {
        if (known?.path === path) vanished(known);
      } else if (facts.regular && (known?.path !== path || !known.there)) {
        if (known !== undefined) drop(known);
        await add(key, agent, path, facts.modified);
      }
    });
  };

  return {
    agents: () => files.list(folders.claimed).filter((name) => isName(name)),
    look,
    async scan(agent) {
      const names = new Set(files.list(join(folders.claimed, agent)));
      for (const claim of claims.values()) {
        if (claim.agent === agent && claim.there) names.add(fileName('task', claim.key));
      }
      const news = [...names].filter((name) => {
        const read = readFileName('task', name);
        const known = read.type === 'named' ? claims.get(keyText(read.key)) : undefined;
        return !(known?.there === true && known.agent === agent && files.stat(known.path) !== null);
      });
      await Promise.all(news.map((name) => look(agent, name)));
    },
    lease: (key) => {
      const claim = claims.get(keyText(key));
      return claim?.there === true ? claim.lease : null;
    },
    renew(key) {
      const claim = claims.get(keyText(key));
      if (claim !== undefined) claim.sign = clock.now();
    },
    async clear(key, agent) {
      const claim = claims.get(keyText(key));
      if (claim !== undefined) {
        drop(claim);
        if (claim.there) await files.remove(claim.path);
      } else if (agent !== null && isName(agent)) {
        await files.remove(join(folders.claimed, agent, fileName('task', key)));
      }
    },
    stop() {
      for (const claim of claims.values()) claim.cancel();
      claims.clear();
    },
  };
};

/** What a claimed file of an earlier process says about itself. */
const readClaim = async (
  context: QueueContext,
  path: string,
): Promise<{ lease: string; attempt: number; heartbeat: number | null } | null> => {
  const facts = context.files.stat(path);
  if (facts === null || !facts.regular || facts.size > context.limits.answer) return null;
  try {
    return readTaskFile(await context.files.read(path, facts.size), context.limits.answer);
  } catch {
    return null;
  }
};

/** ms after which a claim is told: shorter work is over before anybody could have looked. */
const NOTICE = 25;
