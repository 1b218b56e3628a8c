/** Failure notices on the team's route: posted, counted, kept up to date. */
import { lastLines } from './event-line.ts';
import { createIncidents, failureId } from './incidents.ts';
import { failureOf, incidentKey, noticeMessage } from './messages/notice.ts';
import { parseMessageRef, parseOrigin, refToJson } from './message-ref.ts';
import { nonceOf } from './nonce.ts';
import { hasEnded } from './status-icons.ts';
import { isJsonObject } from '../lib/json.ts';
import type { Incident } from './incidents.ts';
import type { Painter } from './painter.ts';
import type { Places } from './places.ts';
import type { ChatPort, OutgoingMessage } from './port.ts';
import type { Json } from '../lib/json.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Engine } from '../runtime/engine.ts';
import type { RunView } from '../engine/view.types.ts';

export interface Notices {
  /** Sees to it that the failure of `view` is told, under `key`. @throws ChatError when it may work later. */
  failed(view: RunView, key: string): Promise<void>;
  /** A run changed that may be shown in a notice: the failed one, or its failure workflow. */
  changed(view: RunView): Promise<void>;
}

export const createNotices = (options: {
  readonly engine: Pick<Engine, 'view' | 'events' | 'recordMessage'>;
  readonly ports: readonly ChatPort[];
  readonly places: Places;
  readonly painter: Painter;
  readonly clock: Clock;
  readonly logger: Logger;
}): Notices => {
  const { engine, ports, places, painter, clock, logger } = options;
  const incidents = createIncidents();

  const compose = async (
    view: RunView,
    roles: readonly string[],
    count: number,
  ): Promise<OutgoingMessage> => {
    const events = await engine.events(view.run).catch(() => []);
    return noticeMessage({
      view,
      roles,
      count,
      log: lastLines(events, { most: 10, characters: 900 }),
      failureRun: view.failure_run === null ? null : await engine.view(view.failure_run),
      takenBy: nameOf(view.messages['taken'] ?? null),
    });
  };

  const refresh = async (incident: Incident): Promise<void> => {
    incident.message = await compose(incident.view, incident.roles, incident.failures.size);
    painter.touch(canvasId(incident), true);
  };

  const track = (incident: Incident, painted: OutgoingMessage | null): void => {
    incidents.add(incident);
    const port = ports.find((one) => one.name === incident.ref.port);
    if (port === undefined) return;
    painter.show(
      {
        id: canvasId(incident),
        port,
        ref: incident.ref,
        since: incident.ref.at,
        frame: () => ({ ...incident.message, ping: { users: [], roles: [] } }),
        ticks: () => false,
        rollsOver: () => false,
        replace: () => Promise.resolve(null),
      },
      painted,
    );
  };

  /** After a restart: the notice is there; it is counted and painted again. */
  const adopt = async (view: RunView, key: string): Promise<boolean> => {
    const ref = parseMessageRef(view.messages[key]);
    if (ref === null) return false;
    const known = incidents.byRef(ref);
    const at = Date.parse(view.ended_at ?? view.updated_at);
    if (known !== null) {
      if (known.failures.has(failureId(view))) return true;
      known.failures.add(failureId(view));
      known.lastAt = Math.max(known.lastAt, at);
      await refresh(known);
      return true;
    }
    const roles = (await routeOf(view)).route?.roles ?? [];
    const message = await compose(view, roles, 1);
    const failures = new Set([failureId(view)]);
    track({ key: incidentKey(view), ref, failures, lastAt: at, view, roles, message }, null);
    return true;
  };

  const routeOf = (view: RunView): ReturnType<Places['route']> =>
    places.route(
      { workflow: view.workflow.id, severity: 'error', task: failureOf(view).task?.task ?? null },
      parseOrigin(view.origin),
    );

  return {
    async failed(view, key) {
      if (await adopt(view, key)) return;
      const now = clock.now();
      const current = incidents.current(view, now);
      if (current !== null) {
        if (current.failures.has(failureId(view))) return;
        current.failures.add(failureId(view));
        current.lastAt = now;
        current.view = view;
        await refresh(current);
        await engine.recordMessage(view.run, key, refToJson(current.ref));
        return;
      }
      const { route, places: found } = await routeOf(view);
      if (route === null) {
        logger.info({ run: view.run, workflow: view.workflow.id }, 'no route for this failure');
        return;
      }
      const message = await compose(view, route.roles, 1);
      const posted = await places.post(found, message, {
        nonce: nonceOf(view.run, key),
        replyTo: null,
      });
      if (posted === null) return;
      const failures = new Set([failureId(view)]);
      const { ref } = posted;
      const roles = route.roles;
      track(
        { key: incidentKey(view), ref, failures, lastAt: now, view, roles, message },
        {
          ...message,
          ping: { users: [], roles: [] },
        },
      );
      await engine.recordMessage(view.run, key, refToJson(ref));
    },
    async changed(view) {
      const about = view.failure_of ?? view.run;
      for (const incident of incidents.ofRun(about)) {
        if (incident.view.run !== about) continue;
        if (view.run === about && hasEnded(view)) incident.view = view;
        await refresh(incident);
      }
    },
  };
};

const canvasId = (incident: Incident): string => `notice|${incident.ref.id}`;

const nameOf = (value: Json): string | null =>
  isJsonObject(value) && typeof value['name'] === 'string' ? value['name'] : null;
