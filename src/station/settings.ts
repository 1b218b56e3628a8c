/**
 * A team's settings, `.3ox/settings.yaml`: who has which level, where notices go. Read once
 * at start; a wrong key is an error that names its line and a likely right one.
 */
import { errorMessage } from '../lib/error-code.ts';
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import type { HostFiles } from '../lib/host/host.ts';
import { systemFiles } from '../lib/host/system-files.ts';
import { writtenSchedule } from '../definition/written-limits.ts';
import { suggest } from '../../grammar/suggest.ts';

const entries = z.array(
  z
    .string()
    .regex(/^(user|role|channel):.+$/u, 'write user:<id>, role:<id or name> or channel:<id>'),
);

const route = z.strictObject({
  workflow: z.string().optional(),
  severity: z.string().optional(),
  task: z.string().optional(),
  channel: z.string(),
  roles: z.array(z.string()).default([]),
  fallback: z.string().optional(),
  owner: z.string().optional(),
});

const schedule = z.strictObject({ workflow: z.string(), ...writtenSchedule.shape });

const settingsSchema = z.strictObject({
  levels: z
    .strictObject({
      L0: entries.default([]),
      L1: entries.default([]),
      L2: entries.default([]),
      L3: entries.default([]),
    })
    .prefault({}),
  notifications: z.array(route).default([]),
  limits: z
    .strictObject({
      /** Largest file read from outside, in bytes. */
      max_file_bytes: z
        .int()
        .positive()
        .default(16 * 1024 * 1024),
      /** Seconds a finished run stays in memory. */
      archive_after: z.number().nonnegative().default(60),
      /** Bytes after which the next file of the execution log is begun. */
      execution_log_bytes: z
        .int()
        .positive()
        .default(32 * 1024 * 1024),
      /** Older files of the execution log that are kept. */
      execution_logs: z.int().positive().default(5),
    })
    .prefault({}),
  workflow_folders: z.array(z.string()).default([]),
  schedules: z.array(schedule).default([]),
  /** Station folder in which a file starts a run. */
  drop_folder: z.string().optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** The settings file cannot be used. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS_INVALID';
}

/** @throws SettingsError naming file, line and key. */
export const readSettings = async (
  file: string,
  files: Pick<HostFiles, 'read'> = systemFiles,
): Promise<Settings> => parseSettings(textOf(file, files), file);

const textOf = (file: string, files: Pick<HostFiles, 'read'>): string => {
  try {
    return files.read(file)?.toString('utf8') ?? '';
  } catch (error) {
    const why = errorMessage(error);
    throw new SettingsError(`${file} cannot be read: ${why}`, { cause: error });
  }
};

export const parseSettings = (text: string, file: string): Settings => {
  const written = parseYaml(text, file);
  const parsed = settingsSchema.safeParse(written ?? {});
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    parsed.error.issues.map((issue) => `${file}${problemOf(issue, text)}`).join('\n'),
  );
};

const parseYaml = (text: string, file: string): unknown => {
  if (text.trim() === '') return {};
  try {
    return load(text, { maxAliases: 100 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new SettingsError(`${file}: ${error.message}`, { cause: error });
  }
};

const KNOWN_KEYS = [
  ...Object.keys(settingsSchema.shape),
  ...Object.keys(route.shape),
  ...Object.keys(schedule.shape),
  'L0',
  'L1',
  'L2',
  'L3',
  'max_file_bytes',
  'archive_after',
  'execution_log_bytes',
  'execution_logs',
];

const problemOf = (issue: z.core.$ZodIssue, text: string): string => {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : issue.path.slice(-1);
  const key = String(keys[0] ?? '');
  const where = `:${lineOf(key, text)}: ${[...issue.path, ...(issue.code === 'unrecognized_keys' ? keys : [])].join('.')}`;
  if (issue.code !== 'unrecognized_keys') return `${where}: ${issue.message}`;
  const [near] = suggest(key, KNOWN_KEYS, 1);
  return `${where} is no setting${near === undefined ? '' : `; did you mean ${near}?`}`;
};

/** First line that writes `key`, counted from 1. */
const lineOf = (key: string, text: string): number => {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.trimStart().replace(/^- /u, '').startsWith(`${key}:`));
  return at === -1 ? 1 : at + 1;
};
