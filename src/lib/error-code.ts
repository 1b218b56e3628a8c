/** The system's code of an error (`ENOENT`, …), or '' when it has none. */
export const errorCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

/** What an error says; of something else that was thrown, its text. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
