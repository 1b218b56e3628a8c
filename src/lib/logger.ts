/**
 * Log lines as JSON on stderr or in a file; never on stdout, which belongs to commands' output.
 *
 * The logging library costs a tenth of a second to load, so it is loaded by the first line that is
 * actually written; a command that logs nothing never pays for it.
 */
import { createRequire } from 'node:module';
import type { pino as Pino, Logger as PinoLogger } from 'pino';

/** Values that go with a line. Secrets are masked by key, at any of the usual depths. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The little of a logger that the project uses. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose lines all carry `fields`. */
  child(fields: LogFields): Logger;
}

/** From most to least talkative. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where lines go and which. */
export interface LoggerOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** `name` field of every line. */
  readonly name?: string;
  /** File to append to, its folder made when missing. Default: stderr. */
  readonly file?: string;
  /** Values (tokens, secrets) masked wherever they appear in a line's text. */
  readonly secrets?: readonly string[];
}

/** Creates a logger. Opens nothing and loads nothing until the first line is written. */
export const createLogger = (options: LoggerOptions = {}): Logger => {
  const level = options.level ?? 'info';
  let loaded: PinoLogger | undefined;
  const root = (): PinoLogger => (loaded ??= load(options, level));
  return wrap(root, LEVELS[level]);
};

/** A logger that keeps quiet. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50, silent: 60 } as const satisfies Record<
  LogLevel,
  number
>;

const wrap = (target: () => PinoLogger, threshold: number): Logger => {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: LogFields, message: string): void => {
      if (LEVELS[level] >= threshold) target()[level](fields, message);
    };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child(fields) {
      let made: PinoLogger | undefined;
      return wrap(() => (made ??= target().child(fields)), threshold);
    },
  };
};

const SECRET_KEYS = [
  'token',
  'secret',
  'password',
  'authorization',
  'Authorization',
  'apiKey',
  'cookie',
  'DISCORD_TOKEN',
];

const load = (options: LoggerOptions, level: LogLevel): PinoLogger => {
  const pino: typeof Pino = createRequire(import.meta.url)('pino');
  const secrets = (options.secrets ?? []).filter((secret) => secret.length >= 4);
  const stream = pino.destination(
    options.file === undefined
      ? { fd: 2, sync: true }
      : { dest: options.file, append: true, mkdir: true, sync: true },
  );
  const sink = {
    write(text: string): void {
      stream.write(mask(text, secrets));
    },
  };
  return pino(
    {
      level,
      ...(options.name === undefined ? {} : { name: options.name }),
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: '***',
      },
    },
    sink,
  );
};

/** The line is JSON already, so a secret is looked for in the form JSON gives it. */
const mask = (line: string, secrets: readonly string[]): string =>
  secrets.reduce(
    (text, secret) => text.replaceAll(JSON.stringify(secret).slice(1, -1), '***'),
    line,
  );
