/**
 * What belongs to this machine, from the environment (and `.env`): the only reader of
 * `process.env`. What belongs to a team is in the station's settings file.
 *
 * Read by hand: a schema library would double what it takes to start a command that only looks.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
export interface Config {
  readonly station: string | null;
  readonly discord: { readonly token: string; readonly api: string | null } | null;
  readonly prefix: string;
  /** Port of the HTTP server, 0 for any that is free, null when it is off. */
  readonly httpPort: number | null;
  /** What requests to `/hooks/start` are signed with, or null: there is no webhook. */
  readonly webhookSecret: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly engine: 'embedded';
  /** What `${secret.NAME}` stands for: the variables `SECRET_NAME`, by NAME. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Colours and screen control: what NO_COLOR and TERM say. */
  readonly terminal: { readonly color: boolean; readonly dumb: boolean };
}

/** A variable holds something that cannot be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
}

/** Reads `.env` in `folder` (if any) below the environment. @throws ConfigError naming each wrong variable. */
export const readConfig = (
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config => {
  const merged = { ...readDotEnv(join(folder, '.env')), ...environment };
  const problems: string[] = [];
  const text = (name: string): string | null => {
    const value = merged[name]?.trim() ?? '';
    return value === '' ? null : value;
  };
  const oneOf = <Word extends string>(name: string, words: readonly Word[], none: Word): Word => {
    const value = text(name);
    if (value === null) return none;
    const found = words.find((word) => word === value);
    if (found === undefined) problems.push(`${name}: write one of ${words.join(', ')}`);
    return found ?? none;
  };
  const port = (name: string): number | null => {
    const value = text(name);
    if (value === null) return null;
    if (!/^\d{1,5}$/u.test(value) || Number(value) > 65_535) {
      problems.push(`${name}: write a port, such as 8080`);
    }
    return Number(value);
  };

  const longEnough = (name: string, least: number): string | null => {
    const value = text(name);
    if (value !== null && value.length < least) {
      problems.push(`${name}: write at least ${least} characters`);
    }
    return value;
  };

  const token = text('DISCORD_TOKEN');
  const config: Config = {
    station: text('STATION'),
    discord: token === null ? null : { token, api: text('DISCORD_API_URL') },
    prefix: text('COMMAND_PREFIX') ?? '@workflow',
    httpPort: port('HTTP_PORT'),
    webhookSecret: longEnough('WEBHOOK_SECRET', 16),
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'warn'),
    engine: oneOf('ENGINE', ['embedded'], 'embedded'),
    secrets: Object.fromEntries(
      Object.entries(merged).flatMap(([key, value]) =>
        key.startsWith(SECRET) && value !== undefined && value !== ''
          ? [[key.slice(SECRET.length), value]]
          : [],
      ),
    ),
    terminal: {
      color: (merged['NO_COLOR'] ?? '') === '' && merged['TERM'] !== 'dumb',
      dumb: merged['TERM'] === 'dumb',
    },
  };
  if (problems.length > 0) {
    throw new ConfigError(problems.map((problem) => `${problem} (see .env.example)`).join('\n'));
  }
  return config;
};

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const SECRET = 'SECRET_';

const readDotEnv = (file: string): Readonly<Record<string, string | undefined>> => {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigError(`${file} cannot be read`, { cause: error });
  }
};
