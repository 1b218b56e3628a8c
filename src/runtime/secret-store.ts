/** The port to where secret values are, and its twin in memory. */
import type { Json } from '../lib/json.ts';

/** Looking is synchronous: everything kept is in memory, too. */
export interface SecretStore {
  /** What `${secret.NAME}` stands for, or why it stands for nothing and what to do. */
  named(name: string): NamedSecret;
  /** Values given for secret inputs under this seal, by the position of the input. */
  kept(seal: string): Readonly<Record<string, Json>>;
  /** Resolves when the values survive a restart. */
  keep(seal: string, values: Readonly<Record<string, Json>>): Promise<void>;
  forget(seal: string): Promise<void>;
  /** Seals under which something is kept. */
  seals(): readonly string[];
}

export type NamedSecret =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };

/** Secrets of a test, or of an engine without a station. */
export const createMemorySecrets = (
  named: Readonly<Record<string, string>> = {},
  values = new Map<string, Readonly<Record<string, Json>>>(),
): SecretStore => ({
  named(name) {
    const value = Object.hasOwn(named, name) ? named[name] : undefined;
    return value === undefined
      ? { ok: false, why: `the secret ${name} is not set` }
      : { ok: true, value };
  },
  kept: (seal) => values.get(seal) ?? {},
  keep: async (seal, given) => void values.set(seal, given),
  forget: async (seal) => void values.delete(seal),
  seals: () => [...values.keys()],
});
