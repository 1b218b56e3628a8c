/** What `forbidden_operations` can name, and the other words for it. */

export const OPERATIONS = ['read', 'write', 'create', 'overwrite', 'delete', 'execute'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** The operation an entry means, in any case: `delete`, `DELETE_FILES`, `modify`; null for none. */
export const operationOf = (entry: string): Operation | null => {
  const word = entry
    .trim()
    .toLowerCase()
    .replace(/[\s_-]*(?:files?|folders?|programs?|commands?|operations?)$/u, '');
  const known = OPERATIONS.find((operation) => operation === word);
  return known ?? (Object.hasOwn(OTHER_WORDS, word) ? (OTHER_WORDS[word] ?? null) : null);
};

const OTHER_WORDS: Readonly<Record<string, Operation>> = {
  modify: 'write',
  change: 'write',
  add: 'create',
  replace: 'overwrite',
  remove: 'delete',
  run: 'execute',
};
