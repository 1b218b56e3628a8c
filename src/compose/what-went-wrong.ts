/** Errors that say for themselves what is wrong and what to do: their text is all a person needs. */
const PLAIN = new Set([
  'CONFIG_INVALID',
  'SETTINGS_INVALID',
  'REGISTRY_INVALID',
  'STATION_NOT_FOUND',
  'STATION_LOCKED',
  'JOURNAL_DAMAGED',
  'DISCORD_LOGIN',
  'ENOSPC',
  'EROFS',
  'EMFILE',
  'ERR_PARSE_ARGS_UNKNOWN_OPTION',
  'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
]);

/** What to print about an error that ended the program: its message, with a stack only when it is a fault of ours. */
export const whatWentWrong = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code !== null && PLAIN.has(code) ? error.message : (error.stack ?? error.message);
};
