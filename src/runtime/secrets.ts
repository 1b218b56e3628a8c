/**
 * Where secrets and runs meet: values are taken out of what is journaled and put into what goes
 * to an agent, and nothing that comes back is journaled before they are covered in it.
 *
 * It owns when a value is kept and when it is forgotten; the store owns where. I1: a value is
 * kept before the start that needs it is journaled; what is kept for no run is forgotten.
 */
import type { AttemptLog } from '../engine/answers.ts';
import type { RunCommand } from '../engine/commands.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import { hasSecrets, secretNames } from '../engine/secret-names.ts';
import { coverTexts, reveal, secretReference, secretsHandedOn } from '../engine/secrets.ts';
import type { RunState } from '../engine/state.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Logger } from '../lib/logger.ts';
import type { Kernel } from './kernel.ts';
import type { Entropy } from './ports.ts';
import type { SecretStore } from './secret-store.ts';

export interface Secrets {
  /**
   * The seal of a new run, and its input with references in place of secret values. The values
   * are kept when this resolves; `forget` them when the run does not come to be.
   */
  seal(definition: WorkflowDefinition, input: JsonObject): Promise<Sealed>;
  /** A seal for a run that another one starts: that one's own, else a new one where it is needed. */
  inherited(seal: string | null, definition: WorkflowDefinition): string | null;
  forget(seal: string): Promise<void>;
  /** A run with this seal is recorded: from now on its secrets go when it goes. */
  recorded(seal: string): void;
  /**
   * Forgets what no run in memory needs, nor one that is about to be recorded. Nothing while runs
   * are parked: they may need theirs once they are mended.
   */
  sweep(runs: Pick<Kernel, 'live' | 'quarantined'>): void;
  /** Why `${secret.…}` of the definition cannot be filled in now, or null. */
  missing(definition: WorkflowDefinition): string | null;
  /** What an agent is to get, and the texts that must not come back. */
  reveal(input: JsonObject, seal: string | null): Revealed;
  /** The command with the run's secrets covered in everything that would be journaled. */
  cover(command: RunCommand, run: RunState | null): RunCommand;
}

export interface Sealed {
  readonly seal: string | null;
  readonly input: JsonObject;
}

export type Revealed =
  | { readonly ok: true; readonly payload: JsonObject; readonly conceal: readonly string[] }
  | { readonly ok: false; readonly why: string };

export const createSecrets = (
  store: SecretStore,
  { entropy, logger }: { readonly entropy: Entropy; readonly logger: Logger },
): Secrets => {
  const newSeal = (): string => entropy().slice(0, 20);
  /** Seals whose runs are not recorded yet. */
  const fresh = new Set<string>();

  /** Every value the run could have handed out. */
  const valuesOf = (run: RunState, seal: string): readonly Json[] => [
    ...Object.values(store.kept(seal)),
    ...[...secretNames(run.definition), ...secretsHandedOn(run.input)].flatMap((name) => {
      const named = store.named(name);
      return named.ok ? [named.value] : [];
    }),
  ];

  return {
    async seal(definition, input) {
      if (!hasSecrets(definition)) return { seal: null, input };
      const seal = newSeal();
      const kept: [string, Json][] = [];
      const sealed: [string, Json][] = [];
      definition.input.forEach(({ name, secret }, index) => {
        const value = input[name];
        if (value === undefined) return;
        if (!secret || value === null) sealed.push([name, value]);
        else {
          kept.push([String(index), value]);
          sealed.push([name, secretReference(seal, { type: 'given', index })]);
        }
      });
      if (kept.length > 0) {
        fresh.add(seal);
        await store.keep(seal, Object.fromEntries(kept));
      }
      return { seal, input: Object.fromEntries(sealed) };
    },
    inherited: (seal, definition) => seal ?? (hasSecrets(definition) ? newSeal() : null),
    async forget(seal) {
      fresh.delete(seal);
      await store.forget(seal);
    },
    recorded: (seal) => void fresh.delete(seal),
    sweep(runs) {
      const kept = store.seals();
      if (kept.length === 0 || runs.quarantined().size > 0) return;
      const needed = new Set([...runs.live()].map(({ state }) => state.seal));
      for (const seal of kept) {
        if (needed.has(seal) || fresh.has(seal)) continue;
        store
          .forget(seal)
          .catch((err: unknown) =>
            logger.error({ err }, 'a secret of a finished run is still kept'),
          );
      }
    },
    missing(definition) {
      const wrong = secretNames(definition).flatMap((name) => {
        const named = store.named(name);
        return named.ok ? [] : [named.why];
      });
      return wrong.length === 0 ? null : wrong.join('; ');
    },
    reveal(input, seal) {
      if (seal === null) return { ok: true, payload: input, conceal: [] };
      const used: Json[] = [];
      const wrong: string[] = [];
      const payload = reveal(input, seal, (secret) => {
        const value =
          secret.type === 'named'
            ? store.named(secret.name)
            : keptValue(store.kept(seal), secret.index);
        if (value.ok) used.push(value.value);
        else wrong.push(value.why);
        return value.ok ? value.value : null;
      });
      return wrong.length > 0
        ? { ok: false, why: [...new Set(wrong)].join('; ') }
        : { ok: true, payload, conceal: [...new Set(used.flatMap(textsOf))] };
    },
    cover(command, run) {
      if (run === null || run.seal === null) return command;
      const texts = valuesOf(run, run.seal).flatMap(textsOf);
      return texts.length === 0 ? command : coverCommand(command, texts);
    },
  };
};

const keptValue = (
  kept: Readonly<Record<string, Json>>,
  index: number,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly why: string } => {
  const value = kept[String(index)];
  return value === undefined
    ? { ok: false, why: 'a secret input was forgotten when the run was archived; start a new run' }
    : { ok: true, value };
};

/** Covering very short texts would make everything else unreadable and hide nothing. */
const SHORTEST = 4;

/** The texts by which a secret can be told: itself, its parts, and how JSON and URLs write them. */
const textsOf = (value: Json): readonly string[] => {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf);
  const text = String(value);
  if (typeof value === 'boolean' || value === null || text.length < SHORTEST) return [];
  const lines = text.split(/\r?\n/u).filter((line) => line.trim().length >= 8);
  const parts = lines.length > 1 ? [text, ...lines] : [text];
  return parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), urlForm(part)]);
};

const urlForm = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

const coverCommand = (command: RunCommand, secrets: readonly string[]): RunCommand => {
  const { text, json } = coverTexts(secrets);
  const log = (said: AttemptLog | null | undefined): AttemptLog | null =>
    said == null
      ? null
      : { ...said, lines: said.lines.map((line) => ({ ...line, message: text(line.message) })) };
  switch (command.type) {
    case 'CompleteTask':
      return { ...command, log: log(command.log), output: json(command.output) };
    case 'FailTask': {
      const { type, message } = command.error;
      const error = { ...command.error, type: text(type), message: text(message) };
      return { ...command, error, log: log(command.log), output: json(command.output) };
    }
    case 'DeferTask':
      return { ...command, log: log(command.log) };
    case 'ReportProgress':
      return { ...command, message: text(command.message) };
    case 'IgnoreAnswer':
      return { ...command, detail: text(command.detail) };
    case 'RecordEffect':
      return {
        ...command,
        outcome: command.outcome.ok
          ? { ok: true, value: json(command.outcome.value) }
          : { ok: false, error: text(command.outcome.error) },
      };
    case 'PauseRun':
    case 'ResumeRun':
    case 'CancelRun':
    case 'RetryRun':
    case 'RerunRun':
    case 'ChooseOption':
      return { ...command, note: command.note === null ? null : text(command.note) };
    case 'SignalRun':
      return { ...command, payload: json(command.payload) };
    case 'SkipTask': {
      const note = command.note === null ? null : text(command.note);
      return { ...command, output: json(command.output), note };
    }
    // What a child delivers was covered when it was delivered to the child.
    case 'EndChild':
    case 'ReopenRun':
    case 'StartRun':
    case 'ClaimTask':
    case 'ExpireLease':
    case 'FireTimer':
    case 'GrantSlot':
    case 'ReleaseRun':
    case 'RecordMessage':
      return command;
  }
};
