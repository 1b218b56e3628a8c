/**
 * What the world owes a run: computed from the state (I2), each with an idempotency key (I3).
 * The reactor compares this list with what it has done and does the difference; after a
 * restart it has done nothing, so recovery is the same path.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import type { AgentLevel } from './definition.ts';
import type { Child, CompensationStep } from './events.ts';
import type { RunId } from './ids.ts';

export type Effect =
  /** A task file must be on offer for this open attempt. Gone from the list: withdraw it. */
  | {
      readonly type: 'OfferTask';
      readonly key: string;
      readonly run: RunId;
      readonly task: string;
      /** Its id in the definition, which is another one for an item or iteration. */
      readonly definitionTask: string;
      readonly taskName: string;
      readonly attempt: number;
      readonly lease: string;
      readonly agent: string;
      readonly agentLevel: AgentLevel | null;
      readonly workflow: string;
      /** With references where secrets belong. */
      readonly input: JsonObject;
      readonly seal: string | null;
      readonly dispatchedAt: number;
      readonly deadline: number | null;
      readonly timeout: number | null;
      readonly heartbeat: number | null;
      readonly previousFailure: string | null;
      readonly previousFeedback: string | null;
      readonly forbidden: readonly string[];
      readonly readAccess: readonly string[] | null;
      readonly writeAccess: readonly string[] | null;
      readonly urgency: string;
    }
  /** A function of the bridge itself is to be called; its result comes back as CompleteTask or FailTask. */
  | {
      readonly type: 'CallFunction';
      readonly key: string;
      readonly run: RunId;
      readonly task: string;
      readonly attempt: number;
      readonly lease: string;
      readonly name: string;
      readonly input: JsonObject;
    }
  /** A child run must be under way for this open attempt. Gone from the list: cancel it. */
  | {
      readonly type: 'RunChild';
      readonly key: string;
      readonly run: RunId;
      readonly task: string;
      readonly attempt: number;
      readonly child: Child;
    }
  /** Outcome comes back as RecordEffect. */
  | {
      readonly type: 'WriteFile';
      readonly key: string;
      readonly run: RunId;
      readonly task: string;
      readonly path: string;
      readonly content: Json;
      readonly format: 'yaml' | 'text';
      readonly writeAccess: readonly string[] | null;
    }
  /** What the run did is to be undone by run `compensationRun`; its outcome comes back as RecordEffect. */
  | {
      readonly type: 'Compensate';
      readonly key: string;
      readonly run: RunId;
      readonly compensationRun: RunId;
      readonly steps: readonly CompensationStep[];
    }
  | { readonly type: 'RunChecks'; readonly key: string; readonly run: RunId }
  | {
      readonly type: 'StartFailureWorkflow';
      readonly key: string;
      readonly run: RunId;
      readonly failureRun: RunId;
      readonly input: JsonObject;
    };
