/**
 * An agent host as a process, with the contract's acts as a built-in agent beside what the
 * station's agents.yaml names. `host <station> <max-bytes>`
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { queueFolders } from '../../../src/agents/file-queue/folders.ts';
import { AgentFailure } from '../../../src/agents/agent.ts';
import type { AgentContext, BuiltinAgent } from '../../../src/agents/agent.ts';
import { runAgentHost } from '../../../src/agents/host/host.ts';
import { readRegistry } from '../../../src/agents/registry.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { readAct } from './act.ts';
import type { Act } from './act.ts';

const [station = '', bytes = ''] = process.argv.slice(2);

const perform = (act: Act, context: AgentContext): unknown => {
  switch (act.act) {
    case 'echo':
      return { value: act.value };
    case 'digits':
      return { value: ['9007199254740993', '123456789012345678901234567890'] };
    case 'fail':
      throw new AgentFailure(act.error.type, act.error.message, {
        retryable: act.error.retryable,
        payload: { seen: 1 },
      });
    case 'break':
      throw new Error('the disk is full');
    case 'say':
      context.log('info', 'one ⧗ thing');
      context.log('warn', 'another');
      return { said: true };
    case 'progress':
      context.progress(25, 'a quarter ⧗');
      return every(20, context, () => (existsSync(act.mark) ? { done: true } : null));
    case 'hang':
      return every(20, context, () => {
        appendFileSync(act.mark, '.');
        return null;
      });
    case 'die':
      if (existsSync(act.mark)) return { again: true };
      writeFileSync(act.mark, '');
      return process.kill(process.pid, 'SIGKILL');
    case 'rubbish':
      return () => 'not an answer';
    case 'huge':
      return { text: 'ä'.repeat(act.bytes / 2) };
  }
};

const every = <T>(ms: number, { signal }: AgentContext, look: () => T | null): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const found = look();
      if (found === null && !signal.aborted) return;
      clearInterval(timer);
      if (found === null) reject(new AgentFailure('AgentError', 'stopped'));
      else resolve(found);
    }, ms);
  });

const actor: BuiltinAgent = {
  name: 'ACTOR_BUILTIN',
  description: '',
  concurrency: 4,
  // The host checks what a handler returns; some of these are what it must refuse.
  handle: async (payload, context): Promise<never> =>
    (await perform(readAct(payload), context)) as never,
};

const host = await runAgentHost({
  station,
  agents: 'all',
  builtin: [actor, { ...actor, name: 'ACTOR_BUILTIN_BRISK' }],
  registry: await readRegistry(queueFolders(station).registry),
  openHistory: () => ({ summary: () => Promise.reject(new Error('no history')) }),
  environment: process.env,
  logger: silentLogger,
  limits: { answer: Number(bytes) },
});
process.stdin.on('end', () => void host.stop().finally(() => process.exit(0))).resume();
