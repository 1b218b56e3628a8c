/**
 * What belongs to this machine, from the environment (and `.env`): the only reader of
 * `process.env`. What belongs to a team is in the station's settings file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';

const text = z
  .string()
  .trim()
  .transform((value) => (value === '' ? null : value))
  .nullable()
  .default(null);

const schema = z.object({
  STATION: text,
  DISCORD_TOKEN: text,
  DISCORD_API_URL: text,
  COMMAND_PREFIX: text.transform((value) => value ?? '@workflow'),
  HTTP_PORT: text
    .transform((value) => (value === null ? null : Number(value)))
    .pipe(z.number('write a port, such as 8080').int().min(0).max(65_535).nullable()),
  LOG_LEVEL: text
    .pipe(z.enum(['debug', 'info', 'warn', 'error', 'silent']).nullable())
    .transform((value) => value ?? 'warn'),
  WEBHOOK_SECRET: text.refine((value) => value === null || value.length >= 16, {
    error: 'write at least 16 characters',
  }),
  ENGINE: text.pipe(z.literal('embedded').nullable()).transform((value) => value ?? 'embedded'),
});

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
  const parsed = schema.safeParse(merged);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues
        .map(({ path, message }) => `${path.join('.')}: ${message} (see .env.example)`)
        .join('\n'),
    );
  }
  const { data } = parsed;
  return {
    station: data.STATION,
    discord:
      data.DISCORD_TOKEN === null ? null : { token: data.DISCORD_TOKEN, api: data.DISCORD_API_URL },
    prefix: data.COMMAND_PREFIX,
    httpPort: data.HTTP_PORT,
    webhookSecret: data.WEBHOOK_SECRET,
    logLevel: data.LOG_LEVEL,
    engine: data.ENGINE,
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
};

const SECRET = 'SECRET_';

const readDotEnv = (file: string): Readonly<Record<string, string | undefined>> => {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigError(`${file} cannot be read`, { cause: error });
  }
};
