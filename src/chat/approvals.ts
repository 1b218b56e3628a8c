/**
 * Questions of HUMAN tasks: posted while they are open, then edited where they are, wherever the
 * answer was given. Owns which question shows what.
 */
import { outcomeMessage, questionMessage } from './messages/approval.ts';
import { originRef, refToJson } from './message-ref.ts';
import { nonceOf } from './nonce.ts';
import type { ChatOrigin } from './message-ref.ts';
import type { LevelMap } from './messages/who.ts';
import type { Painter } from './painter.ts';
import type { Place, Places, PostOnce } from './places.ts';
import type { ChatPort, MessageRef, OutgoingMessage } from './port.ts';
import type { Wanted } from './reconcile.ts';
import type { Json } from '../lib/json.ts';
import type { RunView } from '../engine/view.types.ts';

export interface Approvals {
  /** Brings one question up to date; `known` is where it is. @throws ChatError */
  update(
    view: RunView,
    wanted: WantedApproval,
    origin: ChatOrigin | null,
    known: MessageRef | null,
    post: PostOnce,
  ): Promise<void>;
  /** The run is over and shown. */
  forget(run: string): void;
}

export interface ApprovalsOptions {
  readonly ports: readonly ChatPort[];
  readonly places: Places;
  readonly painter: Painter;
  readonly levels: LevelMap;
  readonly record: (run: string, key: string, ref: Json) => Promise<void>;
}

type WantedApproval = Extract<Wanted, { readonly type: 'approval' }>;

export const createApprovals = (options: ApprovalsOptions): Approvals => {
  const { ports, places, painter, levels, record } = options;
  /** What each question should show, by canvas. Kept after its end, so that it is not painted again. */
  const frames = new Map<string, OutgoingMessage>();

  const show = (view: RunView, key: string, ref: MessageRef, painted: boolean): void => {
    const id = `${view.run}|${key}`;
    const port = ports.find((one) => one.name === ref.port);
    const first = frames.get(id);
    if (port === undefined || first === undefined) return;
    const frame = (): OutgoingMessage => frames.get(id) ?? first;
    painter.show(
      {
        id,
        port,
        ref,
        since: ref.at,
        frame,
        ticks: () => false,
        rollsOver: () => false,
        async replace(message, old) {
          if (message.actions.length === 0) return null;
          const nonce = nonceOf(view.run, key, old.id);
          const next = await port.post(old.channel, message, { nonce, replyTo: null });
          await record(view.run, key, refToJson(next));
          return next;
        },
      },
      painted ? first : null,
    );
  };

  /** Channels the task names, else where the run was asked for, else the team's route. */
  const placesOf = async (
    view: RunView,
    wanted: WantedApproval,
    origin: ChatOrigin | null,
  ): Promise<readonly Place[]> => {
    const found: Place[] = [];
    for (const name of wanted.task.approval?.channels ?? []) {
      const place = await places.named(name, origin);
      if (place !== null) found.push(place);
    }
    const home = places.ofOrigin(origin);
    if (home !== null) found.push(home);
    const { workflow } = view;
    const notice = { workflow: workflow.id, severity: 'warning', task: wanted.task.task } as const;
    return [...found, ...(await places.route(notice, origin)).places];
  };

  return {
    async update(view, wanted, origin, known, post) {
      const id = `${view.run}|${wanted.key}`;
      const { task, attempt, open } = wanted;
      const { approval } = task;
      if (known === null && !open) return;
      const message =
        open && approval !== null
          ? questionMessage(view, task, approval, levels)
          : outcomeMessage(view, task, attempt);
      const shown = frames.get(id);
      frames.set(id, message);
      if (known === null) {
        const replyTo = origin === null ? null : originRef(origin);
        const ref = await post(
          view,
          wanted.key,
          await placesOf(view, wanted, origin),
          message,
          replyTo,
        );
        if (ref !== null) show(view, wanted.key, ref, true);
        return;
      }
      if (JSON.stringify(shown) === JSON.stringify(message)) return;
      if (painter.has(id)) painter.touch(id, true);
      else show(view, wanted.key, known, false);
    },
    forget(run) {
      for (const id of frames.keys()) {
        if (!id.startsWith(`${run}|`)) continue;
        frames.delete(id);
        void painter.settled(id).then(() => painter.drop(id));
      }
    },
  };
};
