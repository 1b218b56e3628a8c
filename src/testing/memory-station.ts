/** A station without a disk: the workspace and projections of an engine under test. */
import type { Json } from '../lib/json.ts';
import type { AuditLine, Projections, Workspace } from '../runtime/ports.ts';

export interface MemoryStation {
  readonly workspace: Workspace;
  readonly projections: Projections;
  /** Text by station path. */
  readonly files: Map<string, string>;
  /** What the state file would show, by run. */
  readonly shown: Map<string, Json>;
  readonly audit: AuditLine[];
}

/** How a memory station answers questions about paths. */
export interface MemoryStationOptions {
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Whether a path that holds no file exists all the same. Default: no path does. A definition's
   * test says yes to all but the paths it names, so that checks hold without a tree of files.
   */
  readonly exists?: (path: string) => boolean;
}

/** Creates a station that holds `files`. */
export const createMemoryStation = (options: MemoryStationOptions = {}): MemoryStation => {
  const files = new Map(Object.entries(options.files ?? {}));
  const shown = new Map<string, Json>();
  const audit: AuditLine[] = [];
  const otherwise = options.exists ?? (() => false);
  const holds = (path: string): boolean =>
    [...files.keys()].some((file) => file === path || file.startsWith(`${path}/`));
  return {
    files,
    shown,
    audit,
    workspace: {
      exists: async (path) => holds(path) || otherwise(path),
      writable: async () => true,
      write: async (path, text) => void files.set(path, text),
      appendLine: async (path, line) => void files.set(path, `${files.get(path) ?? ''}${line}\n`),
      read: async (path) => files.get(path) ?? null,
    },
    projections: {
      state: (run, entry) => void (entry === null ? shown.delete(run) : shown.set(run, entry())),
      audited: () => audit.at(-1)?.seq ?? 0,
      audit: (lines) => void audit.push(...lines),
      flush: async () => undefined,
    },
  };
};
