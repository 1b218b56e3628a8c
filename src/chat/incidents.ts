/**
 * Failures that are one incident: same workflow, task and error type within an hour. The first
 * one is told with a mention; later ones only raise the count on its notice.
 */
import { incidentKey } from './messages/notice.ts';
import type { MessageRef, OutgoingMessage } from './port.ts';
import type { RunView } from '../engine/view.types.ts';

export interface Incident {
  readonly key: string;
  readonly ref: MessageRef;
  /** Runs that failed in it, with their generation, oldest first. */
  readonly failures: Set<string>;
  lastAt: number;
  /** The failure shown. */
  view: RunView;
  readonly roles: readonly string[];
  /** The notice as it should be. */
  message: OutgoingMessage;
}

export interface Incidents {
  /** The incident `view`'s failure belongs to, while it is open. */
  current(view: RunView, now: number): Incident | null;
  /** The incident whose notice is `ref`. */
  byRef(ref: MessageRef): Incident | null;
  /** Incidents in which `run` failed. */
  ofRun(run: string): readonly Incident[];
  add(incident: Incident): void;
}

/** How long (ms) after its last failure an incident is still the same one. */
const INCIDENT_WINDOW = 3_600_000;

/** Name of a failure: a run fails once per generation. */
export const failureId = (view: RunView): string => `${view.run}#${view.generation}`;

export const createIncidents = (): Incidents => {
  const open = new Map<string, Incident>();
  const byMessage = new Map<string, Incident>();
  return {
    current(view, now) {
      const incident = open.get(incidentKey(view));
      return incident !== undefined && now - incident.lastAt < INCIDENT_WINDOW ? incident : null;
    },
    byRef: (ref) => byMessage.get(ref.id) ?? null,
    ofRun: (run) =>
      [...byMessage.values()].filter((incident) =>
        [...incident.failures].some((failure) => failure.startsWith(`${run}#`)),
      ),
    add(incident) {
      open.set(incident.key, incident);
      byMessage.set(incident.ref.id, incident);
      for (const [id, old] of byMessage) {
        if (incident.lastAt - old.lastAt > 24 * INCIDENT_WINDOW) byMessage.delete(id);
      }
    },
  };
};
