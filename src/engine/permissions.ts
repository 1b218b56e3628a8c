/**
 * Who may. Owns the rules of a definition's `permissions`, so that no face can go around them.
 *
 * - start: `who_can_start`.
 * - answer a HUMAN task: `who_can_approve`; not the requester unless `allow_requester`.
 * - pause, resume, cancel, retry: the requester, L0, L1 and the system.
 * The system itself may everything: it acts for a definition, not for a person.
 */
import { systemActor, type Actor } from './actor.ts';
import type { Rejection } from './commands.ts';
import type { AgentLevel, HumanTaskDefinition, WorkflowDefinition } from './definition.ts';
import { refused } from './rejection.ts';
import type { RunState } from './state.ts';

/** Whether a list such as `[L0:COMMANDER, user:42, role:Captain]` admits the actor; null admits everybody. */
export const allows = (entries: readonly string[] | null, actor: Actor): boolean =>
  entries === null || isSystem(actor) || entries.some((entry) => admits(entry.trim(), actor));

/** Null, or why the actor may not start runs of the definition. */
export const refuseStart = (definition: WorkflowDefinition, actor: Actor): Rejection | null => {
  const rule = definition.permissions.whoCanStart;
  return allows(rule, actor) ? null : notAdmitted(definition, 'who_can_start', rule, actor);
};

/** Null, or why the actor may not answer the HUMAN task. */
export const refuseApproval = (
  run: RunState,
  task: HumanTaskDefinition,
  actor: Actor,
): Rejection | null => {
  const rule = run.definition.permissions.whoCanApprove;
  if (!allows(rule, actor)) return notAdmitted(run.definition, 'who_can_approve', rule, actor);
  if (task.allowRequester || actor.id !== run.startedBy.id || isSystem(actor)) return null;
  return refused(
    'REQUESTER_MAY_NOT_CHOOSE',
    `${task.id} must not be answered by ${actor.name}, who started the run (allow_requester: false)`,
    `Ask someone else${rule === null ? '' : ` of ${rule.join(', ')}`}`,
  );
};

/** Null, or why the actor may not pause, resume, cancel or retry the run. */
export const refuseOperation = (run: RunState, verb: string, actor: Actor): Rejection | null => {
  const mine = actor.id === run.startedBy.id;
  if (mine || isSystem(actor) || allows(['L1'], actor)) return null;
  return refused(
    'NOT_ALLOWED',
    `Only who started a run, L0 and L1 may ${verb} it; ${describe(actor)}`,
    `Ask ${run.startedBy.name} or someone of L0 or L1`,
  );
};

const isSystem = (actor: Actor): boolean => actor.id === systemActor.id;

const admits = (entry: string, actor: Actor): boolean => {
  const level = /^L([0-3])(?::.*)?$/u.exec(entry)?.[1];
  if (level !== undefined) return actor.level !== null && rank(actor.level) <= Number(level);
  if (entry === actor.id) return true;
  const folded = entry.toLowerCase();
  return actor.groups.some((group) => group.toLowerCase() === folded);
};

const rank = (level: AgentLevel): number => Number(level.slice(1));

const describe = (actor: Actor): string => `${actor.name} is ${actor.level ?? 'of no level'}`;

const notAdmitted = (
  definition: WorkflowDefinition,
  rule: string,
  entries: readonly string[] | null,
  actor: Actor,
): Rejection => {
  const who = entries === null || entries.length === 0 ? 'nobody' : entries.join(', ');
  return refused(
    'NOT_ALLOWED',
    `${rule} of ${definition.id} admits ${who}; ${describe(actor)}`,
    entries === null || entries.length === 0 ? null : `Ask someone of ${who}`,
  );
};
