/**
 * Secrets of a station. Names stand for what the environment (`SECRET_NAME`) or the station's
 * `.3ox/secrets.yaml` says. Values that people gave for secret inputs lie in `.3ox/secrets/`, one
 * file for each run that still needs them, readable by their owner alone.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { errorCode, unlinkIfPresent, writeFileAtomic } from '../lib/atomic-file.ts';
import type { Host } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';
import type { Json } from '../lib/json.ts';
import type { Logger } from '../lib/logger.ts';
import type { NamedSecret, SecretStore } from '../runtime/secret-store.ts';
import type { StationLayout } from './layout.ts';

export interface SecretStoreOptions {
  readonly layout: Pick<StationLayout, 'secrets' | 'secretsFile'>;
  /** Values by name; they count before the file. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly host?: Host;
}

/** Opens the store; values kept by an earlier process are there again. */
export const openSecretStore = (options: SecretStoreOptions): SecretStore => {
  const { layout, environment, host = systemHost } = options;
  const values = readKept(options);

  return {
    named(name) {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      return value === undefined ? fromFile(layout.secretsFile, name) : { ok: true, value };
    },
    kept: (seal) => values.get(seal) ?? {},
    async keep(seal, given) {
      host.files.makeFolder(layout.secrets, 0o700);
      // Whoever made it, and however.
      host.files.restrict(layout.secrets, 0o700);
      const text = JSON.stringify({ schema: 1, values: given });
      await writeFileAtomic(join(layout.secrets, `${seal}.json`), text, {
        host,
        mode: 0o600,
        sync: true,
      });
      values.set(seal, given);
    },
    async forget(seal) {
      if (!values.has(seal)) return;
      await unlinkIfPresent(join(layout.secrets, `${seal}.json`), host);
      values.delete(seal);
    },
    seals: () => [...values.keys()],
  };
};

const keptFile = z.object({ schema: z.literal(1), values: z.record(z.string(), z.json()) });

/** A file that cannot be read costs the runs that need it, and only them. */
const readKept = ({
  layout,
  logger,
  host = systemHost,
}: SecretStoreOptions): Map<string, Readonly<Record<string, Json>>> => {
  const values = new Map<string, Readonly<Record<string, Json>>>();
  for (const name of host.files.list(layout.secrets)) {
    const seal = /^([0-9a-z]{20})\.json$/u.exec(name)?.[1];
    if (seal === undefined) continue;
    try {
      const text = host.files.read(join(layout.secrets, name))?.toString('utf8') ?? '';
      values.set(seal, keptFile.parse(JSON.parse(text)).values);
    } catch {
      // The parser's own message would show a part of it.
      logger.error({ file: name }, 'a kept secret cannot be read; the task that needs it fails');
    }
  }
  return values;
};

/**
 * Read at every look from the system itself, whose modes count here, so that a changed secret counts at
 * once; a file that others can read does not.
 */
const fromFile = (file: string, name: string): NamedSecret => {
  const unset: NamedSecret = {
    ok: false,
    why: `the secret ${name} is not set: put SECRET_${name} into the environment, or ${name} into ${file}`,
  };
  try {
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      return { ok: false, why: `${file} can be read by others: chmod 600 ${file}` };
    }
    const parsed = namedFile.safeParse(
      load(readFileSync(file, 'utf8'), { schema: FAILSAFE_SCHEMA, maxAliases: 0 }),
    );
    if (!parsed.success) {
      return { ok: false, why: `${file} must hold one NAME: value a line` };
    }
    const value = Object.hasOwn(parsed.data, name) ? parsed.data[name] : undefined;
    return value === undefined ? unset : { ok: true, value };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return unset;
    // The parser's own message would show the line.
    return { ok: false, why: `${file} cannot be read (${errorCode(error) || 'it is no YAML'})` };
  }
};

const namedFile = z.record(z.string(), z.string());
