/** Oldest Node this project runs on. */
const FLOOR = [20, 19] as const;

/** One sentence for people when `version` (such as `v18.2.0`) is too old, else null. */
export const nodeTooOld = (version: string): string | null => {
  const [major = 0, minor = 0] = version.replace(/^v/u, '').split('.').map(Number);
  const old = major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1]);
  return old
    ? `This needs Node ${FLOOR.join('.')} or newer, and this is Node ${version.replace(/^v/u, '')}: install a newer one from your package manager and try again.`
    : null;
};
