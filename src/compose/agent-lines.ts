/** What people are told of an agent, in chat, on the command line and by `doctor`. */
import { elapsed } from '../chat/card/elapsed.ts';
import type { AgentState, AgentStatus } from '../agents/status/agent-status.ts';

/** One agent in words. */
export interface AgentText {
  readonly name: string;
  readonly state: AgentState;
  /** Icon of the state; its word is in the summary. */
  readonly icon: string;
  /** Such as `up · command · Python 3.12.1 · 2 waiting (oldest 5 s), 1 of 2 running`. */
  readonly summary: string;
  /** What is wrong, what to do and what failed last; a line each. */
  readonly notes: readonly string[];
}

/** Puts an agent's status into words. `now` is ms since the epoch. */
export const agentText = (agent: AgentStatus, now: number): AgentText => ({
  name: agent.name,
  state: agent.state,
  icon: ICONS[agent.state],
  summary: [
    agent.state,
    agent.kind,
    ...(agent.runtime === null ? [] : [agent.runtime]),
    loadOf(agent, now),
    ...recordOf(agent),
  ].join(' · '),
  notes: [...troubleOf(agent), ...lastFailure(agent, now)],
});

/** Nothing while nobody is missed: agents come and go with the engine. */
const troubleOf = ({ state, waiting, why, fix }: AgentStatus): readonly string[] =>
  state === 'unavailable' || waiting > 0
    ? [...(why === null ? [] : [why]), ...(fix === null ? [] : [`→ ${fix}`])]
    : [];

const ICONS = { up: '✓', down: '✗', unavailable: '✗', elsewhere: '○' } as const satisfies Record<
  AgentState,
  string
>;

const loadOf = (agent: AgentStatus, now: number): string => {
  const { waiting, oldestWaiting, running, concurrency, workers } = agent;
  const oldest = oldestWaiting === null ? '' : ` (oldest ${elapsed(now - oldestWaiting)})`;
  const most = concurrency === null ? '' : ` of ${concurrency}`;
  const kept =
    workers === null ? '' : `, ${workers.busy + workers.idle} of ${workers.limit} workers`;
  return `${waiting} waiting${oldest}, ${running}${most} running${kept}`;
};

const recordOf = ({ recent }: AgentStatus): readonly string[] => {
  if (recent === null) return [];
  const { answers, failures } = recent;
  return [`${failures} of the last ${answers} failed`];
};

const lastFailure = ({ recent }: AgentStatus, now: number): readonly string[] => {
  const failure = recent?.lastFailure ?? null;
  if (failure === null) return [];
  const [message = ''] = failure.message.split('\n');
  const { run, task, at } = failure;
  return [
    `last failure ${elapsed(now - at)} ago, ${task} of ${run}: ${failure.type}: ${message.slice(0, 200)}`,
  ];
};
